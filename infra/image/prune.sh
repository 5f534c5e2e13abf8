#!/bin/sh
# prune.sh DIR SERVICE...: remove what no function uses from dependencies that are installed in DIR;
# of botocore's data, the services named stay.
set -eu
cd "$1"
shift
keep_only() { # FOLDER NAME...: delete everything else in the folder
    folder=$1
    shift
    tests=
    for name; do tests="$tests ! -name $name"; done
    set -f
    # shellcheck disable=SC2086
    find "$folder" -mindepth 1 -maxdepth 1 $tests -exec rm -rf {} +
    set +f
}
rm -rf bin
# Data of other AWS services (files beside them are shared), and of other languages.
keep_only botocore/data '*.json*' "$@"
keep_only babel/locale-data 'LICENSE*' root.dat en.dat es.dat zh.dat zh_Hans.dat
# The parts of lxml besides its parsers.
rm -rf lxml/objectify* lxml/html lxml/includes lxml/isoschematron
# Protocol buffers of Google's services, and names of spans that only other libraries use.
rm -rf google/api google/cloud google/logging google/longrunning google/type
keep_only opentelemetry/semconv/_incubating/attributes 'otel_attributes*'
keep_only opentelemetry/semconv/_incubating/metrics 'otel_metrics*'
find . -name __pycache__ -type d -prune -exec rm -rf {} +
