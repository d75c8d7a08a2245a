#!/bin/sh
# A child that never answers.
exec /bin/sleep 60
