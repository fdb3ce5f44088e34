#!/bin/sh
# Makes dist/Mien-VERSION-macos-ARCH.dmg of dist/Mien.app (packaging/mien.spec). Signs with an ad-hoc signature: without a
# developer's certificate macOS asks once whether it may open it (right click, Open).
#   packaging/macos/build_dmg.sh VERSION
set -eu
version=$1
cd "$(dirname -- "$0")/../.."
codesign --force --deep --sign - dist/Mien.app
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R dist/Mien.app LICENSE THIRD_PARTY.md "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Mien -srcfolder "$stage" -ov -format UDZO "dist/Mien-$version-macos-$(uname -m).dmg"
