#!/bin/sh
# assemble.sh DIR [PACK [OPTION...]]: build the image's files without Docker, in DIR/opt/pack and
# DIR/var/task. The Dockerfile runs the same two scripts. Prints the size of each part in MB.
set -eu
target=$1 pack=${2:-embedded}
[ $# -lt 2 ] && shift 1 || shift 2
here=$(cd "$(dirname "$0")" && pwd)
"$here/prepare_pack.sh" "$pack" "$target/opt/pack" "$@"
"$here/install.sh" "$target/var/task" "$target/opt/pack"
cd "$target"
{
    du -sm opt/pack
    du -cm var/task/handlers var/task/models var/task/teletipo | tail -1 | sed 's/total/code/'
    du -sm var/task/*.libs var/task/*/ | sort -rn | sed -n '1,6p'
    du -sm var/task opt
    du -cm . | tail -1
}
