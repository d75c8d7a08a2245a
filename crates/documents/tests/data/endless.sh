#!/bin/sh
# A child that never stops talking.
exec /usr/bin/yes
