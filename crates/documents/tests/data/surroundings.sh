#!/bin/sh
# A child that tells which variables it has, and where it is.
names=$(/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort | /usr/bin/tr '\n' ' ')$(/bin/pwd)
printf '{"text":{"pages":null,"truncated":false,"bytes":%d}}\n%s' "${#names}" "$names"
