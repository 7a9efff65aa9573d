#!/bin/sh
# sqlgen: one script in each of @COUNT@ @ARE@, one after another
@UNPROVEN@#
#   sh tenants.sh canary             apply.sql in the first of them alone
#   sh tenants.sh all                in each, in the order below; it stops at the first that fails
#   sh tenants.sh only NAME          in this one
#   sh tenants.sh ACTION all         with another script: @ACTIONS@
#   sh tenants.sh all -- OPTIONS     with options for the client: @OPTIONS@
#
# Mend what stopped it and run the same line again: where the script is applied, it says so and changes nothing.
#
# The client's connection comes from @CONNECTION@.
# Each of them has a log in ./tenants-logs, or the folder that SQLGEN_LOGS names; each run adds to it.
# It ends with 0 when all are done, with 1 when one is not, with 2 when nothing was run.

set -u

each() { # the tenants in their order: number, name, name of the log, what the connection sets
    what=$1
    shift
@TENANTS@
}

client() { # as the script's header says it
    tenant=$1 setting=$2 script=$3
    shift 3
@COMMAND@
}

results() { # what a log says, last line last
    LC_ALL=C sed -n \
        @RESULTS@
}

refuse() {
    printf 'tenants.sh: %s\n' "$1" >&2
    exit 2
}

usage="say canary, all or only NAME, perhaps with an action before it and -- OPTIONS behind it: see the head of $0"
action=apply
case ${1-} in
    @CHOICES@) action=$1 && shift ;;
esac
which=${1-}
wanted=
case $which in
    canary | all) shift ;;
    only)
        [ $# -ge 2 ] || refuse "only which one? $usage"
        wanted=$2
        shift 2
        ;;
    *) refuse "$usage" ;;
esac
if [ $# -gt 0 ]; then
    [ "$1" = -- ] || refuse "$1 is not understood; $usage"
    shift
fi

script=$(dirname "$0")/$action.sql
[ -f "$script" ] || refuse "there is no $script beside this file"
logs=${SQLGEN_LOGS:-tenants-logs}
mkdir -p "$logs" || refuse "the folder $logs can't be made"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
if [ -e "$here/SHA256SUMS" ]; then # a bundle with files of anybody else does not verify
    case $(CDPATH='' cd -- "$logs" && pwd -P)/ in
        "$here"/*)
            rmdir -- "$logs" 2>/dev/null
            refuse "$logs would lie in the bundle: run it from another folder, or name one with SQLGEN_LOGS"
            ;;
    esac
fi

chosen=0 good=0 stopped= table=
trap 'stopped="a signal"' HUP INT TERM

is_wanted() { # number and name of a tenant
    case $which in
        canary) [ "$1" = 1 ] ;;
        only) [ "$2" = "$wanted" ] ;;
        *) true ;;
    esac
}

is_good() { # exit code and result
    case $action:$1:$2 in
        preflight:0:"PREFLIGHT OK"* | postcheck:0:"POSTCHECK OK"*) true ;;
        preflight:* | postcheck:*) false ;;
        "$action":0:APPLIED* | "$action":0:"ALREADY APPLIED"*@AGAIN@) true ;;
        *) false ;;
    esac
}

row() { # name, what became of it, log
    table="$table$(printf '%-@WIDTH@s  %-26s %s' "$1" "$2" "$3")
"
}

one() { # number, name, name of the log, what the connection sets, options
    is_wanted "$1" "$2" || return 0
    chosen=$((chosen + 1))
    number=$1 name=$2 log=$logs/$3.$action.log setting=$4
    shift 4
    if [ -n "$stopped" ]; then
        row "$name" 'not reached' ''
        return 0
    fi
    printf '== %s %s in %s\n' "$(date)" "$script" "$name" >>"$log" || refuse "$log can't be written"
    before=$(($(wc -l <"$log") + 1))
    began=$(date +%s)
    client "$name" "$setting" "$script" "$@" >>"$log" 2>&1 </dev/null
    code=$?
    took=$(($(date +%s) - began))
    printf '\n' >>"$log"
    result=$(tail -n "+$before" "$log" | results | tail -n 1)
    [ -n "$result" ] || result='NOT APPLIED, and no result line'
    if is_good "$code" "$result"; then
        good=$((good + 1))
        row "$name" "${result%%:*}" "$log"
    else
        row "$name" "${result%%[:;,]*}, exit $code" "$log"
        case $action in
            preflight | postcheck) ;; # nothing is changed: go on, and tell all
            *) stopped=${stopped:-$name} ;;
        esac
    fi
    printf '%s of @COUNT@  %s (%s s)\n    %s\n' "$number" "$name" "$took" "$result"
    is_good "$code" "$result" || tail -n "+$before" "$log" | excerpt | sed 's/^/    | /'
}

excerpt() { # of a log: what failed
    case $action in
        preflight | postcheck) LC_ALL=C sed -n '/^FAIL/,/^[^ F]/{/^[ F]/p;}' ;;
        *) tail -n 12 ;;
    esac
}

each one "$@"
[ "$chosen" -gt 0 ] || refuse "there is no $wanted in this file"
printf '\n%s' "$table"
if [ "$good" = "$chosen" ]; then
    printf 'tenants.sh: %s: DONE in %s of @COUNT@\n' "$action" "$good"
    [ "$which:$action" != canary:apply ] || printf 'When it is well, go on with: sh %s all\n' "$0"
    exit 0
fi
printf 'tenants.sh: %s: NOT DONE; done in %s of %s%s\n' "$action" "$good" "$chosen" "${stopped:+, stopped by $stopped}"
printf '%s\n' "Read the log, mend the cause, then run the same line again@RESUME@."
exit 1
