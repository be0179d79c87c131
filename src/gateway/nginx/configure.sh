#!/usr/bin/env bash
# Makes the headers that say how Debian's nginx was built, objs/ngx_auto_config.h above all, by
# running nginx's own configuration with the options that Debian recorded.
#
# usage: configure.sh NGINX_SOURCE DIRECTORY     writes DIRECTORY/objs/
set -euo pipefail

source_directory=$1
directory=$2

# nginx configures in its own source directory, which belongs to the system. Here it finds links.
mkdir -p "$directory"
cd "$directory"
ln -sfn "$source_directory/auto" auto
ln -sfn "$source_directory/src" src
ln -sfn "$source_directory/configure" configure

# Sets NGX_CONF_FLAGS, an array.
# shellcheck source=/dev/null
source "$source_directory/conf_flags"
if ! ./configure "${NGX_CONF_FLAGS[@]}" >configure.log 2>&1; then
  cat configure.log >&2
  exit 1
fi
