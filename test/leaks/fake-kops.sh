#!/bin/sh
# Stands in for kops: prints the files of FAKE_KOPS_DIR. At a command that begins with what is in `fails/at` it prints `fails/stdout`
# and `fails/stderr`, and ends with the status in `fails/exit`. A shell, as a test run starts it some hundred times.
cd "$FAKE_KOPS_DIR" || exit 9
if [ -e fails/at ]; then
  IFS= read -r at <fails/at
  case "$*" in
  "$at"*)
    /bin/cat fails/stdout
    /bin/cat fails/stderr >&2
    exit "$(/bin/cat fails/exit)"
    ;;
  esac
fi
case "$*" in
version*--server*) printf '1.36.0\n1.36.0\n' ;;
version*) echo 1.36.0 ;;
'get clusters'*) printf '[%s]' "$(/bin/cat cluster.json)" ;;
'get cluster'*) exec /bin/cat cluster.json ;;
'get instancegroups'*) exec /bin/cat groups.json ;;
replace*) /bin/cat >cluster.json ;;
update*--yes*)
  /bin/cat relay.txt
  printf '\nCluster changes have been applied to the cloud.\n'
  ;;
update*) exec /bin/cat preview.txt ;;
*) echo 'done' ;;
esac
