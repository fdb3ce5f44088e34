#!/bin/sh
# Mien in one file: unpacks itself once into the user's cache, then starts from there.
#   --unpack FOLDER   only unpack
set -eu
name='@NAME@' lines=@LINES@
self=$(readlink -f -- "$0")
unpack() {
    part="$1.part.$$"
    mkdir -p -- "$part"
    tail -n +"$lines" -- "$self" | gzip -dc | tar -xf - -C "$part" || { rm -rf -- "$part"; exit 1; }
    mv -T -- "$part" "$1" 2>/dev/null || rm -rf -- "$part" # another start was quicker
}
if [ "${1:-}" = --unpack ]; then
    [ $# = 2 ] || { echo "usage: $0 --unpack FOLDER" >&2; exit 2; }
    unpack "$2"
    exit
fi
folder="${XDG_CACHE_HOME:-$HOME/.cache}/mien-program/$name"
if [ ! -x "$folder/AppRun" ]; then
    echo "mien: unpacking itself into $folder, once" >&2
    unpack "$folder"
fi
exec "$folder/AppRun" "$@"
