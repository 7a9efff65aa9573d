#!/bin/sh
# Is this bundle what people we trust signed for this environment?
#
#   sh TRUST/verify.sh [MODE] TRUST ENV DIR
#
#   TRUST  your trust folder; never one that came with the bundle
#   ENV    the environment: prod
#   DIR    the bundle's folder
#   MODE   none: may this be applied now?
#          --rollback: are these the approved bytes, so that their rollback.sql may be run?
#          --audit --as-of RECEIPT: was it right to run this, then? A receipt of the ledger, by its number or a file
#
# It prints the private copy that was verified, and the command to run there. Exit: 0 verified, 3 refused, 2 wrong
# arguments or a missing tool. Needs a POSIX shell and its usual tools (or busybox), sha256sum or shasum, and ssh-keygen
# 8.2 or later (8.7 for audits). Keep this file in the trust folder; never take it from a bundle.
#
# How to read it: steps, reasons and their order are those of docs/bundle-format.md, section 8. ssh-keygen alone judges
# signatures; awk programs judge the form of files. Every check passes on a good answer only: an awk program that says
# "ok", a line that names signer, namespace and key, two lists that are equal. So a tool that dies never looks like one
# that found nothing wrong. Whatever else fails ends, by `set -e`, in finish(), which refuses.
#
# shellcheck disable=SC2016,SC2046 # $ in awk programs is awk's; lists of plain words may be split
set -euf # f: nothing here is a pattern for file names
LC_ALL=C
[ ${#LC_ALL} -eq 1 ] || { echo 'verify.sh: its lines end in carriage returns; fetch it again' >&2; exit 2; } # mail and autocrlf do that
TZ=UTC0 # so valid-after and valid-before mean the same on every host
export LC_ALL TZ
unset CDPATH
umask 077

ended= # the exit code, once it is decided
refuse() { # STEP REASON [ABOUT [NOTE]]
  printf 'REFUSED: step %s: %s%s\n' "$1" "$2" "${3:+ ($3)}" >&2
  [ $# -lt 4 ] || printf 'note: %s\n' "$4" >&2
  ended=3
  exit 3
}
usage() { # WHY [ARGUMENT]
  printf '%s%s\n' "$1" "${2+ $(printf %s "$2" | tr -c ' -~' '?')}" >&2
  echo 'usage: verify.sh [--rollback | --audit --as-of RECEIPT] TRUST ENV DIR' >&2
  ended=2
  exit 2
}
judge() { # ANSWER of an awk program: ok, or STEP|REASON|ABOUT
  case $1 in
    ok | 'ok '*) return ;;
    [0-9]*'|'*'|'*) about=${1#*|} && refuse "${1%%|*}" "${about%%|*}" "${about#*|}" ;;
  esac
  exit 1 # it did not come to its end: finish() refuses
}
first() { # STEP REASON FILE: refuse for the first of these paths, made safe for a terminal
  sed 's/^\.\///' "$3" | sort >"$tmp/sorted"
  refuse "$1" "$2" "$(sed -n 1p "$tmp/sorted" | tr -c ' -~\n' '?')"
}
sums_of() { # LIST of files: their sha256
  if command -v sha256sum >/dev/null; then xargs sha256sum <"$1"; else xargs shasum -a 256 <"$1"; fi
}
sum_of() { # FILE: its sha256, in $sum
  if command -v sha256sum >/dev/null; then sum=$(sha256sum <"$1"); else sum=$(shasum -a 256 <"$1"); fi
  sum=${sum%% *}
  [ ${#sum} -eq 64 ]
}

mode=apply receipt=
case ${1-} in
  --rollback) mode=rollback && shift ;;
  --audit)
    if [ "${2-}" != --as-of ] || [ $# -lt 3 ]; then usage '--audit needs --as-of RECEIPT'; fi
    mode=audit receipt=$3
    shift 3
    ;;
esac
[ $# -eq 3 ] || usage 'three arguments are needed: TRUST ENV DIR'
env=$2
case $env in '' | [!a-z0-9]* | *[!a-z0-9_-]*) usage 'this is no environment name: small letters, digits, - and _' ;; esac
newline='
'
folder_of() { # FOLDER: its path, in $path; a dot behind it keeps newlines that it may end in
  path=$(cd -P -- "$1" 2>/dev/null && pwd -P && echo .) || return 1
  path=${path%"$newline."}
}
folder_of "$1" || usage 'there is no trust folder' "$1"
trust=$path
folder_of "$3" || usage 'there is no bundle' "$3"
source=$path
# What hosts remember are lines: where a link is given, it is one with its path and one with the folder's.
case $1 in /*) given=$1 ;; *) given=$(pwd)/$1 ;; esac
for path in "$1" "$trust" "${TMPDIR-}"; do
  case $path in *"$newline"*) usage 'a path has a line break in it:' "$path" ;; esac
done
for tool in ssh-keygen awk find grep sed sort tr xargs; do command -v $tool >/dev/null || usage "$tool is missing"; done
command -v sha256sum >/dev/null || command -v shasum >/dev/null || usage 'sha256sum is missing'

uncopied="the bundle can't be read or copied"
work=$(cd -- "${TMPDIR:-/tmp}" 2>/dev/null && pwd) || refuse 5 "$uncopied"
case $work in *"$newline"*) usage 'a path has a line break in it:' "$work" ;; esac
work=$(mktemp -d "$work/sqlgen-verified.XXXXXX" 2>/dev/null) || refuse 5 "$uncopied"
case $work in */sqlgen-verified.??????) ;; *) refuse 5 "$uncopied" ;; esac # finish() removes it: nothing else will do
finish() { # the way out of every run; only one that verified leaves its copy behind
  status=$?
  trap - EXIT
  if [ "$ended" != 0 ] || [ $mode = audit ]; then rm -rf "$work"; fi
  [ -z "$ended" ] || exit "$ended"
  printf 'REFUSED: verify.sh could not finish (status %s)\n' "$status" >&2
  exit 3
}
trap finish EXIT
trap 'echo "REFUSED: verify.sh was interrupted" >&2; ended=3; exit 3' HUP INT PIPE TERM
copy=$work/bundle
tmp=$work/steps # what the steps leave for each other
mkdir "$tmp"
case $receipt in
  '' | *[!0-9]*) # no number: a file
    sum=none
    if [ -f "$receipt" ] && [ -r "$receipt" ] && [ "$(wc -c <"$receipt")" -le 262144 ]; then sum_of "$receipt"; fi
    receipt=$sum
    ;;
esac
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
case $now in [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z) ;; *) exit 1 ;; esac
at= # the time by which ssh-keygen judges, as it takes it; nothing: now

# What several awk programs share. awk before 2020 knows no x{64}, so lengths are counted.
forms='
function times(n, what,   all) { while (n-- > 0) all = all what; return all }
function is_hex64(text) { return length(text) == 64 && text !~ /[^0-9a-f]/ }
function is_name(text) { return text ~ /^[a-z0-9][a-z0-9_.@+-]*$/ && text !~ /[.]$/ }
function is_part(text) { return is_name(text) && text !~ /^(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?$/ } # no device of Windows
function is_number(text) { return text ~ /^[1-9][0-9]*$/ && length(text) < 7 }
function is_moment(text) { return text ~ moment }
BEGIN { long_number = times(21, "[-+.0-9eE]") }
BEGIN { two = times(2, "[0-9]"); moment = "^" two two "-" two "-" two "T" two ":" two ":" two "Z$" }
function is_path(path,   part, n) { # section 2; MANIFEST.json is one of the two exceptions
  if (path == "MANIFEST.json") return 1
  if (length(path) > 200 || path == "sha256sums" || path == "manifest.json") return 0
  for (n = split(path, part, "/"); n; n--) if (!is_part(part[n])) return 0
  return path != ""
}
function is_sum(line) { return is_hex64(substr(line, 1, 64)) && substr(line, 65, 2) == "  " && is_path(substr(line, 67)) && line !~ /  sig(\/.*)?$/ }

# The line grammar of section 3: "{", sorted lines `  "key": value` with commas between them, "}". open() comes before
# the first line, take() reads each; then there are value[] and keys, and is_closed(size of the file) says whether all
# had its form; by the size it also sees a lost final newline, and bytes that this awk skips.
function open() { split("", value); keys = bytes = closed = bad = 0; comma = 1; last = "" }
function take(line,   key) {
  bytes += length(line) + 1
  if (FNR == 1) { if (line != "{") bad = 1; return }
  if (closed) { bad = 1; return }
  if (line == "}") { if (comma) bad = 1; closed = 1; return }
  if (FNR > 2 && !comma) bad = 1
  comma = sub(/,$/, "", line)
  if (line !~ /^  "[a-z0-9_]+": [ -~]+$/) { bad = 1; return }
  key = substr(line, 4, index(substr(line, 4), "\"") - 1)
  if ((key "") <= (last "")) bad = 1
  last = key; keys++
  value[key] = substr(line, length(key) + 7)
}
function is_closed(size) { return closed && !bad && bytes == size + 0 }
function text_of(json) { return json ~ /^".*"$/ ? substr(json, 2, length(json) - 2) : "" } # as it is written, escapes and all

# JSON: strings become \001, other plain values \002, and then what holds only those becomes \002, from the inside out;
# not more than 8 brackets in each other, and 20 characters in a number.
function is_json(json,   deep) {
  if (json ~ /^("[^"\\]*"|0|[1-9][0-9]?[0-9]?|true|false|null)$/) return 1 # nearly all
  gsub(/"([^"\\]|\\["\\\/bfnrt]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])*"/, "\001", json)
  if (json ~ long_number) return 0
  gsub(/-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|true|false|null/, "\002", json)
  for (deep = 0; deep < 8; deep++)
    if (!gsub(/\[ *([\001\002]( *, *[\001\002])*)? *\]|\{ *(\001 *: *[\001\002]( *, *\001 *: *[\001\002])*)? *\}/, "\002", json)) break
  return json ~ /^ *[\001\002] *$/
}
# An entry of the ledger (section 7), as far as verifiers look at it.
function is_entry(size, env,   key) {
  if (!is_closed(size) || value["format"] != "\"sqlgen.ledger/1\"" || value["environment"] != "\"" env "\"") return 0
  for (key in value) if (!is_json(value[key])) return 0
  if ("script" in value && value["script"] !~ /^"(apply|resume|rollback)[.]sql"$/) return 0
  if (value["kind"] == "\"applied\"" && script_of() == "rollback.sql" || value["kind"] == "\"undone\"" && script_of() ~ /^(apply|resume)[.]sql$/) return 0
  if ("verified" in value && value["verified"] !~ /^(true|false)$/) return 0
  if (value["kind"] == "\"restored\"") { # of no bundle
    if ("bundle" in value || "content_id" in value || value["because"] !~ /^"[^"]/ || !are_rows(value["rows"])) return 0
  } else if (!is_hex64(text_of(value["bundle"])) || !is_hex64(text_of(value["content_id"]))) return 0
  return text_of(value["kind"]) ~ /^(applied|failed|undone|restored|rejected|withdrawn|reviewed)$/ && is_part(text_of(value["name"])) &&
    is_moment(text_of(value["at"])) && is_hex64(text_of(value["previous"])) && is_number(value["number"]) && is_number(value["trust_version"])
}
BEGIN { row = "\"([^ \"$*+,:;@\\\\\047\140-]|\\\\u[0-9a-f][0-9a-f][0-9a-f][0-9a-f])+\"" } # a revision id
function are_rows(json) { return json ~ "^\\[(" row "(, " row ")*)?\\]$" }
function word_of(key) { return key in value ? text_of(value[key]) : "-" }
function script_of() { return word_of("script") }
function is_verified() { return "verified" in value ? value["verified"] : "-" }
function place_of(   all) { # database and service as they are written, of a manifest or an entry; one word
  all = ("database" in value ? value["database"] : "null") "|" ("service" in value ? value["service"] : "null")
  gsub(/ /, "\001", all)
  return all
}
function digits(text) { gsub(/[^0-9]/, "", text); return text }
'

# Step 1: the trust folder: its versions, the form of their files, and who may do what. Paths are below versions/.

# What is judged of it is copied before anything is read, and only the copy is read: whoever changes it meanwhile
# changes nothing. Of the ledger of ENV step 14 speaks; until then it says whether it could be copied.

case $trust/ in "$source"/*) refuse 1 'the trust folder lies inside the bundle' ;; esac
unread="the trust folder can't be read"
versions=$tmp/copied/versions ledger=$tmp/copied/ledger
mkdir "$tmp/copied" "$versions" "$ledger"
are_small() { # SIZES, as wc prints them: none above 1 MiB, and all in 64 MiB
  total=0
  while read -r size path; do
    [ "$path" != total ] || continue
    case $size in '' | *[!0-9]*) continue ;; esac # what is behind a newline in a name
    [ "$size" -le 1048576 ] || return 1
    total=$((total + size))
  done <"$1"
  [ "$total" -le 67108864 ]
}
is_absent() { # PATH: certainly: what is there above it is a folder that can be entered, or no folder
  above=$1
  while [ ! -e "${above:=/}" ] && [ ! -h "$above" ]; do above=${above%/*}; done
  [ "$above" != "$1" ] && [ -e "$above" ] && { [ ! -d "$above" ] || (cd "$above"); } 2>/dev/null
}
copy_ledger() { # which files there are, in $tmp/entry-files; those that can be read are copied, also from behind links
  : >"$tmp/entry-files"
  if is_absent "$trust/ledger/$env"; then return 0; fi
  cd "$trust/ledger/$env" 2>/dev/null || return 1
  digits='[0-9][0-9][0-9][0-9][0-9][0-9]'
  find . ! -name . -prune \( -name "$digits.json" -o -name "$digits.sig" \) >"$tmp/all" 2>/dev/null || return 1
  while read -r file; do printf '%s\n' "${file#./}"; done <"$tmp/all" >"$tmp/entry-files"
  find -L . ! -name . -prune -type f \( -name "$digits.json" -o -name "$digits.sig" \) -size -262145c >"$tmp/all" 2>/dev/null || return 1
  while read -r file; do [ ! -r "$file" ] || printf '%s\n' "$file"; done <"$tmp/all" >"$tmp/plain"
  [ -s "$tmp/plain" ] || return 0
  xargs wc -c <"$tmp/plain" >"$tmp/sizes" 2>/dev/null && are_small "$tmp/sizes" || return 1
  cp -RL $(cat "$tmp/plain") "$ledger" 2>/dev/null
}
[ -d "$trust/versions" ] || refuse 1 'the trust folder has no version'
cd "$trust/versions" 2>/dev/null || refuse 1 "$unread"
find . ! -name . -prune ! -name "*$newline*" >"$tmp/all" 2>/dev/null || refuse 1 "$unread"
numbers=$(sed -n 's/^\.\/\([1-9][0-9]\{0,5\}\)$/\1/p' "$tmp/all" | sort -rn)
[ -n "$numbers" ] || refuse 1 'the trust folder has no version'
newest=${numbers%%"$newline"*}
# shellcheck disable=SC2086 # words
{ find $numbers -type f -exec wc -c {} + >"$tmp/sizes" && are_small "$tmp/sizes" && cp -RP $numbers "$versions"; } 2>/dev/null ||
  refuse 1 "$unread"
ledger_copied=yes
copy_ledger || ledger_copied=
chmod -R u=rwX,go= "$tmp/copied"
cd "$versions"
for number in $numbers; do
  if [ -h "$number" ] || [ ! -d "$number" ]; then refuse 1 'a file of the trust folder is not known' "versions/$number"; fi
done

show() { case $1 in "$newest"/*) shown=${1#*/} ;; *) shown=versions/$1 ;; esac; } # PATH as reasons name it
for number in $numbers; do
  for file in SHA256SUMS allowed_signers revoked_bundles revoked_keys roots version; do
    show "$number/$file"
    [ -e "$number/$file" ] || refuse 1 'a file of the trust folder is missing' "$shown"
  done
done
# A path a line: what is not printable becomes ?, newlines, too.
# shellcheck disable=SC2086 # words
find $numbers -exec printf '%s\0' {} + >"$tmp/raw" 2>/dev/null || refuse 1 "$unread"
tr '\n\000' '?\n' <"$tmp/raw" | tr -c ' -~\n' '?' | sort >"$tmp/paths"
while IFS= read -r path; do
  case $path in */*) ;; *) continue ;; esac
  case $path in */policy | */sig) if [ -d "$path" ] && [ ! -h "$path" ]; then continue; fi ;; esac
  printf '%s\n' "$path" >&3 # all but the two folders that there may be
  case $path in */sig/*) ;; *) printf '%s\n' "$path" >&4 ;; esac # those that hold text
  if [ ! -f "$path" ] || [ -h "$path" ]; then printf '%s\n' "$path" >&5; fi # no plain files
done <"$tmp/paths" 3>"$tmp/trusted" 4>"$tmp/texts" 5>"$tmp/odd"
said=$(awk -v newest="$newest" "$forms"'
function is_known(path) {
  if (sub(/^sig\//, "", path)) return sub(/[.]sig$/, "", path) && is_name(path)
  return path ~ /^(SHA256SUMS|allowed_signers|revoked_bundles|revoked_keys|roots|version|policy\/[a-z0-9][a-z0-9_-]*([.]breakglass)?)$/
}
part == "odd" { odd[$0]; next }
{ path = $0; sub(/^[0-9]+\//, "", path) }
!is_known(path) || $0 in odd {
  if ($0 + 0 != newest) path = "versions/" $0
  gsub(/[^ -~]/, "?", path)
  if (!worst || path < worst) worst = path
}
END { print worst ? "1|a file of the trust folder is not known|" worst : "ok" }' part=odd "$tmp/odd" part=all "$tmp/trusted")
judge "$said"

# By now all these paths are plain words.
sums_of "$tmp/trusted" >"$tmp/trust-sums" 2>/dev/null || refuse 1 "$unread"
# Not every awk reads on behind a NUL, so those are looked for first.
xargs cat <"$tmp/texts" >"$tmp/text"
if [ "$(tr -d '\000' <"$tmp/text" | wc -c)" -ne "$(wc -c <"$tmp/text")" ]; then
  while read -r path; do
    line=$(tr '\000' '\r' <"$path" | awk '/\r/ { print FNR; exit }')
    show "$path"
    [ -z "$line" ] || refuse 1 "$shown has an ill-formed line" "$line"
  done <"$tmp/texts"
  exit 1
fi

# Prints two lines, what is wrong with the files and what with the chain of versions, or ok; then for each version its
# number, the digest of its SHA256SUMS, and how many root keys must sign the next. Of several faults the one that the
# document names first is printed: `rank` is its place.
read_trust() { # JUDGED: the version whose policies count, or nothing
  awk -v env="$env" -v newest="$newest" -v judged="$1" "$forms"'
function fault(side, rank, text) { if (!(side in least) || rank < least[side]) { least[side] = rank; said[side] = text } }
function shown(path) { return index(path, newest "/") == 1 ? substr(path, length(newest) + 2) : "versions/" path }
function form_fault(rank, path, text, about) { fault(0, (newest - path) * 10 + rank, "1|" text "|" about) } # path begins with the version
function ill(path, line) { form_fault(1, path, shown(path) " has an ill-formed line", line) }
BEGIN {
  name = "^[a-z0-9]([a-z0-9_.@+-]*[a-z0-9_@+-])? namespaces=\""
  scope = "[a-z][a-z0-9_-]*[.][a-z0-9][a-z0-9_-]*([.]breakglass)?[.]v1@sqlgen"
  valid = "(,valid-(after|before)=\"" times(8, "[0-9]") times(6, "[0-9]?") "Z?\")*"
  # A key is written in the one way there is, so equal keys are equal texts; of RSA, whose numbers could begin with
  # zeros, e is 65537 and the modulus the shortest.
  key = "(ssh-ed25519|sk-ssh-ed25519@openssh[.]com|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256@openssh[.]com)"
  key = "(" key " |ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAA[A-P][A-Za-z0-9+/][AQgw][CD])"
  key = key "[A-Za-z0-9+/]+([AEIMQUYcgkosw048]=|[AQgw]==)?( [ -~]*)?$"
  form["allowed_signers"] = name scope "(," scope ")*\"" valid " " key
  form["roots"] = name "trust[.]v1@sqlgen\" " key
  form["revoked_keys"] = "^" key
}
part == "digests" { digest[substr($0, 67)] = substr($0, 1, 64); path[++paths] = substr($0, 67); if (/\/policy\//) policies[substr($0, 67) + 0] = 1; next }
FNR == 1 { split(FILENAME, piece, "/"); v = piece[1]; file = piece[2]; policy = file == "policy" ? piece[3] : "" }
/\r/ { ill(FILENAME, FNR); next }
file == "SHA256SUMS" {
  if (!is_sum($0) || FNR > 1 && substr($0, 67) <= before) ill(FILENAME, FNR)
  before = substr($0, 67)
  signed[v "/" before] = substr($0, 1, 64)
  next
}
file == "version" {
  lines[v] = FNR
  if (FNR == 1 && /^number / && is_number(substr($0, 8))) number[v] = $2
  else if (FNR == 2 && /^previous / && is_hex64(substr($0, 10))) previous[v] = $2
  else if (FNR == 3 && /^need [1-9]$/) need[v] = $2
  else ill(FILENAME, FNR)
  next
}
/^#/ || /^$/ { next }
file == "revoked_bundles" { if (!is_hex64(substr($0, 1, 64)) || substr($0, 65) !~ /^( [ -~]*)?$/) ill(FILENAME, FNR); next }
file in form && $0 !~ form[file] { ill(FILENAME, FNR); next }
file == "allowed_signers" || file == "roots" {
  # 372: base64 characters of a public RSA key of 2048 bits
  if ($3 == "ssh-rsa" && length($4) < 372) form_fault(3, FILENAME, shown(FILENAME) " has an RSA key of fewer than 2048 bits", FNR)
  if (file == "allowed_signers") signers[v]++
  else if (!((v, $1) in root)) { root[v, $1]; roots[v]++ }
  # A machine is known by its name or its key. Roles of others: any but ci, and that of a root.
  n = split(substr($2, 13, index(substr($2, 13), "\"") - 1), scopes, ",")
  person = file == "roots"
  for (i = 1; i <= n; i++) if (scopes[i] ~ /^ci[.]/) { machine[v, $1]; machine[v, $4] } else person = 1
  if (person) { people++; where[people] = FILENAME; who[people] = $1; has[people] = $4 }
}
policy != "" {
  condition = /^after [a-z0-9][a-z0-9_-]*$/ || /^carry [a-z][a-z0-9_-]*$/ || /^need ticket$/
  if (!condition && $0 !~ /^[a-z][a-z0-9_-]* [1-9]$/) ill(FILENAME, FNR)
  if (v != judged || policy != env && policy != env ".breakglass") next
  if (condition) { if ($1 == "carry") carried[policy, $2] }
  else {
    if ((policy, $1) in asked || index(" receipt reject trust after carry need ", " " $1 " "))
      fault(0, 10000002, "1|the policy has a role twice or a reserved one|" FNR)
    asked[policy, $1]
    role[policy, ++roles[policy]] = $1
  }
}
END {
  for (v = newest; v; v--) {
    if (!((v "/SHA256SUMS") in digest)) { fault(1, v, "2|a version of the trust folder is missing|" v); continue }
    if (!policies[v]) form_fault(0, v, "a file of the trust folder is missing", shown(v "/policy"))
    if (lines[v] < 3) ill(v "/version", lines[v] + 1)
    else if (need[v] > roots[v] + 0) ill(v "/version", 3)
    if (!signers[v]) form_fault(2, v, shown(v "/allowed_signers") " is empty", "")
    link = v == 1 ? times(64, "0") : ((v - 1) "/SHA256SUMS") in digest ? digest[(v - 1) "/SHA256SUMS"] : ""
    if (number[v] != v || previous[v] != link) fault(1, 1000000 + v, "2|a version does not follow from the one before|" v)
  }
  for (i = 1; i <= people; i++) {
    v = where[i] + 0
    if ((v, who[i]) in machine || (v, has[i]) in machine) form_fault(4, v, "a machine has a person\047s role", who[i])
  }
  if (judged && !((judged "/policy/" env) in digest)) fault(0, 10000000, "1|there is no policy for this environment|" env)
  for (i = 0; i < 2; i++) {
    policy = i ? env ".breakglass" : env
    if (!((judged "/policy/" policy) in digest)) continue
    if (!roles[policy]) { fault(0, 10000001, "1|the policy is empty|"); continue }
    for (j = roles[policy]; j && (policy, role[policy, j]) in carried; ) j--
    if (!j) fault(0, 10000003, "1|the policy carries every role|")
  }
  for (i = 1; i <= paths; i++)
    if (path[i] !~ /\/(SHA256SUMS|sig\/.*)$/ && signed[path[i]] != digest[path[i]]) not_as_signed(path[i])
  for (i in signed) if (!(i in digest)) not_as_signed(i)
  if (strange) fault(0, 20000000, "2|the trust folder is not as it was signed|" shown(strange))
  print (0 in said) ? said[0] : "ok"
  print (1 in said) ? said[1] : "ok"
  for (v = 1; v <= newest; v++) if ((v "/SHA256SUMS") in digest) print v, digest[v "/SHA256SUMS"], need[v]
}
function not_as_signed(path) { # the newest version comes first, then the first path
  if (!strange || path + 0 > strange + 0 || path + 0 == strange + 0 && (path "") < (strange "")) strange = path
}' part=digests "$tmp/trust-sums" part=texts $(cat "$tmp/texts")
}
judged=$newest
[ $mode = apply ] || judged='' # others go by the policies of an earlier one
read_trust "$judged" >"$tmp/trust"
{
  read -r files_say
  read -r chain_says
  cat >"$tmp/versions"
} <"$tmp/trust"
judge "$files_say"

# Step 2: the versions are what this host remembers, or follow from it, each signed by root keys of the one before.

trust_id=$(sed -n '1s/^1 \([0-9a-f]*\) .*/\1/p' "$tmp/versions")
[ "$given" = "$trust" ] || given=$(given=$given awk 'BEGIN {
  n = split(ENVIRON["given"], part, "/")
  for (i = 1; i <= n; i++) if (part[i] == "..") deep -= deep > 0; else if (part[i] != "" && part[i] != ".") path[++deep] = part[i]
  for (i = 1; i <= deep; i++) printf "/%s", path[i]
  if (!deep) printf "/"
}')
[ -n "$given" ]
memory=/dev/null/.local/state # where nothing can be remembered
case ${HOME-} in /*) memory=$HOME/.local/state ;; esac
case ${XDG_STATE_HOME-} in /*) memory=$XDG_STATE_HOME ;; esac
memory=$memory/sqlgen/trust
seen=0 seen_entry=0 seen_entry_sum=-
: >"$tmp/memory"
if [ -n "$trust_id" ] && ! is_absent "$memory"; then
  { cd "$memory" && find . ! -name . -prune >"$tmp/all"; } 2>/dev/null || refuse 2 "what this host remembers can't be read" "$memory"
  sed -n 's/^\.\/\([0-9a-f]\{64\}\)$/\1/p' "$tmp/all" | sort >"$tmp/remembered"
  while read -r file; do
    { [ -f "$file" ] && [ -r "$file" ] && size=$(wc -c <"$file") && [ "$size" -le 1048576 ]; } || refuse 2 "what this host remembers can't be read" "$memory/$file"
    said=$(path=$trust given=$given awk -v size="$size" -v env="$env" -v ours="$trust_id" "$forms"'
    { bytes += length($0) + 1 }
    /^path ./ { path = substr($0, 6); if ((path == ENVIRON["path"] || path == ENVIRON["given"]) && FILENAME != ours) other = 1; next }
    /^version / && NF == 3 && is_number($2) && is_hex64($3) { versions++; version = $2 " " $3; next }
    /^ledger [a-z0-9][a-z0-9_-]* / && NF == 4 && is_number($3) && is_hex64($4) { if ($2 == env) entry = $3 " " $4; next }
    { bad = 1 }
    END {
      if (bad || versions != 1 || bytes != size + 0) print "2|what this host remembers can\047t be read|"
      else if (other) print "2|another trust folder was here before|"
      else print "ok", version, entry == "" ? "0 -" : entry
    }' "$file")
    case $said in *"can't be read|") said=$said$memory/$file ;; esac
    judge "$said"
    if [ "$file" = "$trust_id" ]; then
      cat "$file" >"$tmp/memory"
      # shellcheck disable=SC2086 # words
      set -- $said
      seen=$2 seen_entry=$4 seen_entry_sum=$5
      [ "$seen" -le "$newest" ] || refuse 2 'the trust folder is older than what this host has seen'
      there=$(sed -n "s/^$seen \([0-9a-f]*\) .*/\1/p" "$tmp/versions")
      [ -z "$there" ] || [ "$there" = "$3" ] || refuse 2 'the trust folder is not what this host has seen'
    fi
  done <"$tmp/remembered"
  cd "$versions"
fi
judge "$chain_says"

# Which files of a list look like signatures: BEGIN, full lines of 70 characters, a last one that may be shorter, END;
# 64 KiB at most.
# Their names, with a blank on both sides, in $armored.
find_armor() { # LIST
  armored=
  while read -r path; do
    if [ -f "$path" ] && [ ! -h "$path" ] && [ -r "$path" ]; then printf '%s\n' "$path"; fi
  done <"$1" >"$tmp/plain"
  [ -s "$tmp/plain" ] || return 0
  xargs wc -c <"$tmp/plain" >"$tmp/sizes"
  while read -r size path; do
    if [ "$path" != total ] && [ "$size" -le 65536 ]; then printf '%s\n' "$path"; fi
  done <"$tmp/sizes" >"$tmp/plain"
  [ -s "$tmp/plain" ] || return 0
  armored=$(awk '
function close_file() { if (closed && !bad && bytes == size[file] + 0 && held ~ /^[A-Za-z0-9+\/=]+$/ && length(held) <= 70) printf "%s ", file }
part == "sizes" { size[$2] = $1; next }
FNR == 1 { if (file) close_file(); file = FILENAME; bytes = closed = 0; held = "" }
{ bytes += length($0) + 1 }
FNR == 1 { bad = $0 != "-----BEGIN SSH SIGNATURE-----"; next }
closed { bad = 1 }
$0 == "-----END SSH SIGNATURE-----" { closed = 1; next }
FNR > 2 && (length(held) != 70 || held !~ /^[A-Za-z0-9+\/]+$/) { bad = 1 }
{ held = $0 }
END { if (file) close_file() }' part=sizes "$tmp/sizes" part=files $(cat "$tmp/plain"))
  armored=" $armored"
}
is_armored() { case $armored in *" $1 "*) ;; *) return 1 ;; esac }

# ssh-keygen decides. Its exit code is not enough: the line that names signer, namespace and key must be there.
holds() { # SIGNERS REVOKED NAME NAMESPACE SIGNATURE DATA: the signature is good; its key's fingerprint is in $key
  # shellcheck disable=SC2086 # nothing, or one word
  if said=$(ssh-keygen -Y verify ${at:+-Overify-time=$at} -f "$1" -r "$2" -I "$3" -n "$4" -s "$5" <"$6" 2>"$tmp/said"); then
    case $said in "Good \"$4\" signature for $3 with "*" key SHA256:"*) ;; *) return 1 ;; esac
    key=${said##* key }
    case ${key#SHA256:} in *[!A-Za-z0-9+/]*) return 1 ;; esac
    return 0
  fi
  case $(cat "$tmp/said") in *'option -- Y'*) usage 'ssh-keygen is too old: it has no -Y; OpenSSH 8.2 or later is needed' ;; esac
  return 1
}

sed -n '/\/sig\//p' "$tmp/trusted" >"$tmp/roots"
find_armor "$tmp/roots"
by=0 need=0
while read -r number sum next_need; do
  if [ "$number" -eq 1 ]; then by=1 need=$next_need; fi # version 1 is signed by its own root keys
  if [ "$number" -gt "$seen" ]; then
    keys=' ' have=0
    while read -r path; do
      case $path in "$number"/*) ;; *) continue ;; esac
      who=${path##*/} who=${who%.sig}
      show "$path"
      if ! is_armored "$path" || ! holds "$by/roots" "$by/revoked_keys" "$who" trust.v1@sqlgen "$path" "$number/SHA256SUMS"; then
        refuse 2 'a signature of the trust folder is not good' "$shown"
      fi
      case $keys in *" $key "*) ;; *) keys="$keys$key " have=$((have + 1)) ;; esac
    done <"$tmp/roots"
    [ "$have" -ge "$need" ] || refuse 2 'too few root keys signed a version' "$number: $have of $need"
  fi
  by=$number need=$next_need
done <"$tmp/versions"
[ "$by" -eq "$newest" ] # all of them were read
newest_sum=$(sed -n '$s/^[0-9]* \([0-9a-f]*\) .*/\1/p' "$tmp/versions")

# The ledger of ENV, for step 14; other modes need it sooner. Each entry has its form and follows from the one before.
# Leaves `NUMBER KIND NAME AT VERSION BUNDLE CONTENT_ID SCRIPT VERIFIED PLACE DIGEST` of each, AT as ssh-keygen takes it.
read_ledger() {
  : >"$tmp/ledger"
  [ -n "$ledger_copied" ] || refuse 14 "the ledger can't be read"
  [ -s "$tmp/entry-files" ] || return 0
  cd "$ledger"
  while read -r file; do
    case $file in 000000* | *.sig) ;; *) if [ -f "$file" ] && [ ! -h "$file" ]; then printf '%s\n' "$file"; fi ;; esac
  done <"$tmp/entry-files" >"$tmp/entries"
  : >"$tmp/sizes"
  : >"$tmp/digests"
  if [ -s "$tmp/entries" ]; then
    xargs wc -c <"$tmp/entries" >"$tmp/sizes"
    sums_of "$tmp/entries" >"$tmp/digests"
  fi
  said=$(out=$tmp/ledger awk -v env="$env" -v newest="$newest" "$forms"'
function close_entry(   n) {
  n = substr(file, 1, 6) + 0
  good[n] = is_entry(size[file], env) && value["number"] == n && value["trust_version"] + 0 <= newest + 0
  previous[n] = text_of(value["previous"])
  version[n] = value["trust_version"] + 0
  line[n] = text_of(value["kind"]) " " text_of(value["name"]) " " digits(text_of(value["at"])) " " version[n] " " word_of("bundle")
  line[n] = line[n] " " word_of("content_id") " " script_of() " " is_verified() " " place_of()
}
part == "names" { present[$0]; if (substr($0, 1, 6) + 0 > head) head = substr($0, 1, 6) + 0; next }
part == "sizes" { size[$2] = $1; next }
part == "digests" { digest[substr($0, 67)] = substr($0, 1, 64); next }
FNR == 1 { if (file) close_entry(); file = FILENAME; open() }
{ take($0) }
END {
  if (file) close_entry()
  link = times(64, "0")
  for (n = 1; n <= head; n++) {
    file = sprintf("%06d", n)
    if (!((file ".json") in present && (file ".sig") in present && good[n] && previous[n] == link && version[n] >= version[n - 1] + 0)) {
      print "14|the ledger is broken|" n
      exit
    }
    link = digest[file ".json"]
    print n, line[n], link >ENVIRON["out"]
  }
  print "ok"
}' part=names "$tmp/entry-files" part=sizes "$tmp/sizes" part=digests "$tmp/digests" part=entries $(cat "$tmp/entries"))
  judge "$said"
}
# One entry: `ok KIND NAME AT VERSION BUNDLE CONTENT_ID SCRIPT VERIFIED MOMENT` and a line with its result, or `bad`.
read_entry() { # FILE ENV
  size=$(wc -c <"$1")
  [ "$size" -le 262144 ] || { echo bad && return; }
  awk -v env="$2" -v size="$size" "$forms"'
BEGIN { open() }
{ take($0) }
END {
  if (!is_entry(size, env)) { print "bad"; exit }
  result = text_of(value["result"])
  print "ok", text_of(value["kind"]), text_of(value["name"]), digits(text_of(value["at"])), value["trust_version"],
    word_of("bundle"), word_of("content_id"), script_of(), is_verified(), text_of(value["at"])
  print result == "" ? "-" : result
}' "$1"
}

judge_policies() { # those of version $judged
  cd "$versions"
  read_trust "$judged" >"$tmp/trust"
  read -r said <"$tmp/trust"
  judge "$said"
}

undo='' as_of=1000000 audited='' entry_key=''
[ $mode != rollback ] || undo=yes
if [ $mode = audit ]; then
  # From here on the time, the signers and the policies are those of the entry.
  read_ledger
  as_of=$(awk -v receipt="$receipt" '($1 "" == receipt "" || $NF "" == receipt "") && $2 ~ /^(applied|failed|undone)$/ { print $1 }' "$tmp/ledger")
  [ -n "$as_of" ] || refuse 14 'there is no such receipt'
  read_entry "$ledger/$(printf %06d "$as_of").json" "$env" >"$tmp/entry"
  {
    read -r said kind signer at judged audited _ script _ now
    IFS= read -r result
  } <"$tmp/entry"
  [ "$said" = ok ]
  if [ "$script" = rollback.sql ]; then undo=yes; else judge_policies; fi
fi

# Steps 3 to 5: names, kinds and sizes of the source, then of the private copy. From there on only the copy is read.

no_such() { # REASON EXPRESSION: find finds nothing
  reason=$1
  shift
  find . "$@" >"$tmp/found" 2>/dev/null || refuse 5 "$uncopied"
  [ ! -s "$tmp/found" ] || first 4 "$reason" "$tmp/found"
}
shape() {
  # Names may hold newlines: each ends in a NUL here, and what is not printable becomes ?, which no good name has.
  find . ! -name . -exec printf '%s\0' {} + >"$tmp/raw" 2>/dev/null || refuse 5 "$uncopied"
  tr '\n\000' '?\n' <"$tmp/raw" | tr -c ' -~\n' '?' >"$tmp/names"
  [ "$(wc -l <"$tmp/names")" -le 1000 ] || refuse 3 'the bundle has too many files'
  said=$(awk "$forms"'
    { path = substr($0, 3) }
    path != "SHA256SUMS" && !is_path(path) && (!bad || path < worst) { bad = 1; worst = path }
    END { print bad ? "3|a name is not allowed|" worst : "ok" }' "$tmp/names")
  judge "$said"
  find . ! -type d \( ! -type f -o -links +1 -o -size +16777216c \) >"$tmp/found" 2>/dev/null || refuse 5 "$uncopied"
  if [ -s "$tmp/found" ]; then
    no_such 'a link or special file is in the bundle' ! -type f ! -type d
    no_such 'a hard link is in the bundle' -type f -links +1
    no_such 'a file is too big' -type f -size +16777216c
    exit 1
  fi
  total=$(find . -type f -exec wc -c {} + | awk '$2 != "total" { sum += $1 } END { printf "%.0f", sum }')
  [ "$total" -le 67108864 ] || refuse 4 'the bundle is too big'
}
cd "$source"
shape
cp -RP . "$copy" 2>/dev/null || refuse 5 "$uncopied"
chmod -R u=rwX,go= "$copy"
cd "$copy"
shape

# Step 6: SHA256SUMS, whose bytes are what is signed.

[ -f SHA256SUMS ] || refuse 6 'SHA256SUMS is missing'
[ "$(wc -c <SHA256SUMS)" -le 65536 ] || refuse 6 'SHA256SUMS is too big'
[ "$(tr -cd '\012\040-\176' <SHA256SUMS | wc -c)" -eq "$(wc -c <SHA256SUMS)" ] ||
  refuse 6 'SHA256SUMS has characters other than ASCII, or CRLF'
said=$(awk -v size="$(wc -c <SHA256SUMS)" "$forms"'
{ bytes += length($0) + 1 }
!ill && !is_sum($0) { ill = FNR }
substr($0, 67) <= before { unsorted = 1 }
{ before = substr($0, 67) }
END {
  if (ill) print "6|SHA256SUMS has an ill-formed line|" ill
  else if (!bytes || bytes != size + 0) print "6|SHA256SUMS lacks its final newline|"
  else if (unsorted) print "6|SHA256SUMS is not sorted or has a name twice|"
  else print "ok"
}' SHA256SUMS)
judge "$said"
sed 's/^.\{66\}//' SHA256SUMS >"$tmp/listed"

# Step 7: exactly the listed files, and no empty folder.

find . -type f | sed 's/^\.\///' | sort >"$tmp/files"
find . ! -name . -type d >"$tmp/folders"
said=$(awk '
part == "listed" { listed[$0]; names[++n] = $0; next }
part == "files" {
  here[$0]
  for (path = $0; sub(/\/[^\/]*$/, "", path); ) used[path]
  if (!surplus && $0 != "SHA256SUMS" && $0 !~ /^sig\// && !($0 in listed)) surplus = $0
  next
}
{ folder = substr($0, 3) }
!(folder in used) && (!empty || (folder "") < (empty "")) { empty = folder }
END {
  for (i = n; i; i--) if (!(names[i] in here)) missing = names[i]
  if (surplus) print "7|a file is not in SHA256SUMS|" surplus
  else if (missing) print "7|a file of SHA256SUMS is missing|" missing
  else if (empty) print "7|a folder is empty|" empty
  else print "ok"
}' part=listed "$tmp/listed" part=files "$tmp/files" part=folders "$tmp/folders")
judge "$said"

# Step 8: checksums.

sums_of "$tmp/listed" >"$tmp/digests"
said=$(awk '
part == "now" { now[$0]; next }
!($0 in now) && !differs { differs = substr($0, 67) }
END { print differs ? "8|a checksum does not match|" differs : NR ? "ok" : "" }' part=now "$tmp/digests" part=listed SHA256SUMS)
judge "$said"
sum_of SHA256SUMS
id=$sum

# A rollback goes by the entry by which the bundle was rightly applied or tried, whoever left since; else by today.

if [ -n "$undo" ]; then
  [ $mode = audit ] || read_ledger
  awk -v id="$id" -v as_of="$as_of" '
    ($6 "") == (id "") && $1 < as_of + 0 && $2 ~ /^(applied|failed)$/ && $8 ~ /^(apply|resume)[.]sql$/ && $9 == "true" { tried = $1 " " $3 " " $4 " " $5 }
    END { print tried == "" ? "none" : tried }' "$tmp/ledger" >"$tmp/tried"
  read -r number who moment by _ <"$tmp/tried"
  case $number in
    none) [ $mode = audit ] || judged=$newest ;;
    *)
      at=$moment judged=$by
      [ $mode = audit ] || as_of=$number signer=$who
      ;;
  esac
  judge_policies
  cd "$copy"
fi
version=$versions/$judged

# Step 9: the manifest, one key a line.

[ -f MANIFEST.json ] || refuse 9 'MANIFEST.json is missing'
said=$(awk -v env="$env" -v now="$now" -v undo="$undo" -v size="$(wc -c <MANIFEST.json)" "$forms"'
BEGIN { open() }
{ take($0) }
END {
  is_ticketed = "ticket" in value; is_emergency = "breakglass" in value; is_renewal = "renews" in value
  has_tenants = "tenants" in value; place = place_of()
  bound = text_of(value["environment"]); expires = text_of(value["expires"]); ticket = text_of(value["ticket"])
  ill = "9|MANIFEST.json is ill-formed|"
  if (!is_closed(size) || value["format"] == "") print ill
  else if (value["format"] != "\"sqlgen.bundle/1\"") print "9|MANIFEST.json has an unknown format|"
  else if (value["environment"] != "null" && bound !~ /^[a-z0-9][a-z0-9_-]*$/ ||
           value["expires"] != "null" && !is_moment(expires) ||
           !is_hex64(text_of(value["content_id"])) ||
           is_ticketed && (ticket !~ /^[A-Za-z0-9._\/#:@+-]+$/ || length(ticket) > 200) ||
           is_emergency && text_of(value["breakglass"]) == "" ||
           is_renewal && !is_hex64(text_of(value["renews"]))) print ill
  else if (bound == "") print "9|the bundle is bound to no environment|"
  else if (bound != env) print "9|the bundle is for another environment|" bound
  # both have the same fixed form, so the earlier one is the smaller text
  else if (expires != "" && !undo && (now "") >= (expires "")) print "9|the bundle expired|" expires
  else print "ok", text_of(value["content_id"]), is_renewal ? text_of(value["renews"]) : "!",
    is_ticketed ? ticket : "!", is_emergency ? ".breakglass" : "!", # ! is none of these
    has_tenants ? "yes" : "!", place
}' MANIFEST.json)
judge "$said"
read -r _ content renews ticket breakglass tenants place <<END
$said
END
[ "$renews" != ! ] || renews=''
[ "$ticket" != ! ] || ticket=''
[ "$breakglass" != ! ] || breakglass=''
[ "$tenants" != ! ] || tenants=''
[ -z "$breakglass" ] || [ -f "$version/policy/$env.breakglass" ] || refuse 9 'there is no breakglass policy for this environment'
policy=$version/policy/$env$breakglass
roles=' ' carried=' ' after='' needs_ticket=$breakglass
while read -r word what || [ -n "$word" ]; do
  case $word in
    '' | '#'*) ;;
    after) after="$after $what" ;;
    carry) carried="$carried$what " ;;
    need) needs_ticket=yes ;;
    *) roles="$roles$word " ;;
  esac
done <"$policy"

# Step 10: the form of what lies under sig/; in step 12, of the approvals of the renewed bundle.

check_forms() { # FOLDER/sig/
  sed -n "s|^$1|&|p" "$tmp/files" >"$tmp/sig"
  sed -n '/\.sig$/p' "$tmp/sig" >"$tmp/signatures"
  find_armor "$tmp/signatures"
  said=$(awk -v folder="$1" -v roles="$roles" -v armored="$armored" "$forms"'
{
  n = split(substr($0, length(folder) + 1), piece, "/")
  name = piece[2]
  kind = n == 2 && sub(/[.]sig$/, "", name) ? "sig" : n == 2 && sub(/[.]json$/, "", name) ? "json" : ""
  if (folder == "sig/" && piece[1] == "reject" && kind != "" && is_name(name)) { half[++halves] = $0; both[name]++ }
  else if (kind != "sig" || piece[1] !~ /^[a-z][a-z0-9_-]*$/ || !is_name(name)) { if (!strange) strange = $0 }
  else if (!roleless && !index(roles, " " piece[1] " ")) roleless = $0
  if (kind == "sig" && !ill && !index(armored, " " $0 " ")) ill = $0
}
END {
  for (i = halves; i; i--) {
    name = half[i]
    sub(/^sig\/reject\//, "", name); sub(/[.](json|sig)$/, "", name)
    if (both[name] != 2) alone = half[i]
  }
  if (strange) print "10|a file under sig/ is not a signature|" strange
  else if (roleless) print "10|a signature is for a role that the policy does not have|" roleless
  else if (ill) print "10|a signature file is ill-formed|" ill
  else if (alone) print "10|a rejection is ill-formed|" alone
  else print "ok"
}' "$tmp/sig")
  judge "$said"
}
check_forms sig/
sed -n 's/^sig\/reject\/\(.*\)\.json$/\1/p' "$tmp/sig" | sort >"$tmp/rejections"
while read -r who; do
  size=$(wc -c <"sig/reject/$who.json")
  [ "$size" -le 65536 ] || refuse 10 'a rejection is ill-formed' "sig/reject/$who.json"
  said=$(awk -v name="$who" -v env="$env" -v id="$id" -v size="$size" "$forms"'
BEGIN { open() }
{ take($0) }
END {
  good = is_closed(size) && keys == 6 && value["format"] == "\"sqlgen.rejection/1\"" && is_moment(text_of(value["at"])) &&
    value["because"] ~ /^"/ && is_json(value["because"]) && text_of(value["bundle"]) == id &&
    text_of(value["environment"]) == env && text_of(value["name"]) == name
  print good ? "ok" : "10|a rejection is ill-formed|sig/reject/" name ".json"
}' "sig/reject/$who.json")
  judge "$said"
done <"$tmp/rejections"

# Step 11: each signature. All are tried: of several bad ones, the worst reason counts, then the first file.

check_signatures() { # FOLDER/sig/ DATA: writes `ROLE NAME KEY` of each approval
  unfit='' unallowed='' revoked=''
  while read -r file; do
    role=${file#"$1"} who=${file##*/} data=$2
    role=${role%%/*} who=${who%.sig}
    scope=$role.$env$breakglass.v1@sqlgen
    if [ "$role" = reject ]; then scope=reject.$env.v1@sqlgen data=${file%.sig}.json; fi
    if holds "$version/allowed_signers" "$version/revoked_keys" "$who" "$scope" "$file" "$data"; then
      [ "$role" = reject ] || printf '%s %s %s\n' "$role" "$who" "$key" >&3
    elif ! ssh-keygen -Y check-novalidate -n "$scope" -s "$file" <"$data" >/dev/null 2>&1; then
      unfit=${unfit:-$file}
    elif holds "$version/allowed_signers" /dev/null "$who" "$scope" "$file" "$data"; then
      revoked=${revoked:-$file}
    else
      unallowed=${unallowed:-$file}
    fi
  done <"$tmp/signatures"
  [ -z "$unfit" ] || refuse 11 'a signature does not fit this bundle, role and environment' "$unfit"
  [ -z "$unallowed" ] || refuse 11 "a signature's key is not allowed for this name, role and environment" "$unallowed"
  [ -z "$revoked" ] || refuse 11 "a signature's key is revoked" "$revoked"
}
check_signatures sig/ SHA256SUMS 3>"$tmp/own"

# Step 12: the bundle that this one renews: all but its last day is the same, so who approved that one has approved this.

: >"$tmp/renewed"
if [ -n "$renews" ]; then
  for file in renewal/manifest.json renewal/sha256sums.txt; do
    [ -f $file ] || refuse 12 'the renewal is incomplete' $file
  done
  sum_of renewal/sha256sums.txt
  [ "$sum" = "$renews" ] || refuse 12 'the renewal is not of the bundle that it names'
  sum_of renewal/manifest.json
  said=$(awk -v manifest="$sum" -v size="$(wc -c <renewal/manifest.json)" "$forms"'
function differs(what) { if (!found || (what "") < (least "")) least = what; found = 1 }
part == "sums" { if ($0 !~ /  (MANIFEST[.]json|renewal\/(manifest[.]json|sha256sums[.]txt|sig\/.*))$/) sum[$0]; next }
part == "old sums" { if ($0 == manifest "  MANIFEST.json") named = 1; if (!is_sum($0)) ill = 1; if ($0 !~ /  MANIFEST[.]json$/) old_sum[$0]; next }
FNR == 1 { for (key in value) now[key] = value[key]; open() }
{ take($0) }
END {
  if (!named) { print "12|the renewal is not of the bundle that it names|"; exit }
  if (ill) { print "12|the renewal is incomplete|renewal/sha256sums.txt"; exit }
  if (!is_closed(size)) { print "12|the renewal is incomplete|renewal/manifest.json"; exit }
  for (line in sum) if (!(line in old_sum)) differs(substr(line, 67))
  for (line in old_sum) if (!(line in sum) || line ~ /  renewal\//) differs(substr(line, 67))
  delete now["renews"]; delete now["expires"]; delete value["expires"]
  if (!found) {
    for (key in now) if (!(key in value) || now[key] != value[key]) differs(key)
    for (key in value) if (!(key in now) && key != "renews") differs(key)
  }
  if (!found && "renews" in value) differs("renews")
  print found ? "12|the renewal changes more than the expiry|" least : "ok"
}' part=sums SHA256SUMS part='old sums' renewal/sha256sums.txt part=manifests MANIFEST.json renewal/manifest.json)
  judge "$said"
  check_forms renewal/sig/
  check_signatures renewal/sig/ renewal/sha256sums.txt 3>"$tmp/renewed"
fi

# Step 13: another person and another key for every signature, and enough of them.

sort -k 1,1 -k 2,2 "$tmp/own" >"$tmp/signed"
sort -k 1,1 -k 2,2 "$tmp/renewed" >"$tmp/all"
: >"$tmp/carried"
said=$(out=$tmp/carried awk -v roles="$roles" -v carried="$carried" '
part == "policy" { if (index(roles, " " $1 " ")) { role[++n] = $1; need[n] = $2 } next }
part == "renewed" && (!index(carried, " " $1 " ") || ($0 in own)) { next }
part == "renewed" { print >ENVIRON["out"] }
part == "own" { own[$0] }
{
  have[$1]++
  if (persons[$2]++ && (!twice || ($2 "") < (twice ""))) twice = $2
  if (keys[$3]++ && (!shared || ($3 "") < (shared ""))) shared = $3
  if (keys[$3] == 1) one[$3] = $2
  else if (($2 "") < (one[$3] "")) { other[$3] = one[$3]; one[$3] = $2 }
  else if (keys[$3] == 2 || ($2 "") < (other[$3] "")) other[$3] = $2
}
END {
  for (i = n; i; i--) if (have[role[i]] + 0 < need[i] + 0) few = role[i] ": " have[role[i]] + 0 " of " need[i]
  if (twice) print "13|one person signed twice|" twice
  else if (shared) print "13|one key signed twice|" one[shared] ", " other[shared]
  else if (few) print "13|too few signatures for a role|" few
  else print "ok"
}' part=policy "$policy" part=own "$tmp/signed" part=renewed "$tmp/all")
judge "$said"

# Step 14: rejected, revoked or applied already. After an audit's entry nothing counts.

if [ $mode = audit ]; then [ "$audited" = "$id" ] || refuse 14 'the receipt is of another bundle'; fi
if [ $mode = apply ] && [ -s "$tmp/rejections" ]; then refuse 14 'the bundle was rejected' "$(sed -n 1p "$tmp/rejections")"; fi
if [ -z "$undo" ]; then
  said=$(awk -v id="$id" -v renews="$renews" '$1 == id || $1 == renews { if ($1) found = 1 }
    END { print found ? "14|the bundle is revoked|" : "ok" }' "$version/revoked_bundles")
  judge "$said"
fi
[ $mode != apply ] || read_ledger
if [ $mode != rollback ] || [ "$as_of" -ne 1000000 ]; then # a rollback without an entry asks nothing of the ledger
  [ "$seen_entry" -eq 0 ] || [ "$(sed -n "s/^$seen_entry .* //p" "$tmp/ledger")" = "$seen_entry_sum" ] ||
    refuse 14 'the ledger is not what this host has seen' '' \
      "somebody rewrote it, or an entry of this host never got into it; then delete the line 'ledger $env ...' in $memory/$trust_id"
  # Entries about these bundles, or about the same content for the same place; whom of the tenants they are about, they
  # do not say. Then the last one by which that place was set back: no receipt before it says what is there now. The last
  # entry of all holds the digests of those before it, so its signature is one over the whole chain.
  place=$place awk -v id="$id" -v renews="$renews" -v content="$content" -v tenants="$tenants" -v as_of="$as_of" '
    function show(whose) { $NF = whose; print sprintf("%06d", $1), $0 }
    part == "restored" { if ($2 == "restored" && $10 == ENVIRON["place"] && $1 < as_of + 0) restored = $1; next }
    { line = $0; whose = $1 == restored ? "same" : "" }
    ($7 "") == (content "") && $10 == ENVIRON["place"] && tenants == "" { whose = "same" }
    ($6 "") == (id "") || ($6 "") == (renews "") { whose = "ours" }
    whose { show(whose) }
    END { if (NR && !whose) { $0 = line; show("last") } }' part=restored "$tmp/ledger" part=all "$tmp/ledger" >"$tmp/about"
  if [ -s "$tmp/about" ]; then
    cd "$ledger"
    sed 's/ .*/.sig/' "$tmp/about" >"$tmp/names"
    find_armor "$tmp/names"
    moment=$at
    while read -r file number kind_then who at by _; do
      case $kind_then in applied | failed | undone | restored) role=receipt ;; rejected | withdrawn) role=reject ;; *) role=review ;; esac
      if ! is_armored "$file.sig" || ! holds "$versions/$by/allowed_signers" "$versions/$by/revoked_keys" \
        "$who" "$role.$env.v1@sqlgen" "$file.sig" "$file.json"; then
        refuse 14 'an entry of the ledger is not signed by one who may' "$number"
      fi
      [ "$number" -ne "$as_of" ] || entry_key=$key
    done <"$tmp/about"
    at=$moment
  fi
fi
cd "$copy"
if [ -z "$undo" ]; then
  said=$(awk -v as_of="$as_of" '
    $NF == "last" || $2 >= as_of + 0 { next }
    $3 == "applied" { applied = $2 } $3 ~ /^(undone|restored)$/ || $3 == "failed" && $9 == "rollback.sql" { applied = "" }
    $NF == "same" { next }
    $3 == "rejected" { stands[$4] } $3 == "withdrawn" { delete stands[$4] }
    END {
      for (name in stands) if (!who || name < who) who = name
      print who ? "14|the bundle was rejected|" who : applied ? "14|the bundle was applied already|" applied : "ok"
    }' "$tmp/about")
  judge "$said"
fi

# Step 15: the other conditions of the policy.

if [ -z "$undo" ]; then
  if [ -n "$needs_ticket" ] && [ -z "$ticket" ]; then refuse 15 'the policy needs a ticket'; fi
  for where in $after; do
    [ -f "evidence/receipts/$where.json" ] || refuse 15 'the policy needs a receipt' "$where"
  done
  moment=$at
  for where in $after; do
    file=evidence/receipts/$where
    read_entry "$file.json" "$where" >"$tmp/entry"
    said='' kind_then='' content_then='' verified_then='' by=''
    read -r said kind_then who at by _ content_then _ verified_then _ <"$tmp/entry" || :
    echo "$file.sig" >"$tmp/names"
    find_armor "$tmp/names"
    if [ "$said $kind_then $content_then $verified_then" != "ok applied $content true" ] || [ "$by" -gt "$judged" ] || ! is_armored "$file.sig" ||
      ! holds "$versions/$by/allowed_signers" "$version/revoked_keys" "$who" "receipt.$where.v1@sqlgen" "$file.sig" "$file.json"; then
      refuse 15 'the receipt is not good' "$where"
    fi
  done
  at=$moment
fi

# Step 16: what people read and run is UTF-8 without control characters (LF and TAB may stand), bidi controls and Unicode line ends.

c=$(printf '[\200-\277]')
# shellcheck disable=SC2086,SC2059 # the format holds the byte ranges of well-formed UTF-8, c has no blanks
utf8=$(printf "\011| |[!-~]|\302[\240-\277]|[\303-\337]%s|\340[\240-\277]%s|[\341-\354\356\357]%s%s|\355[\200-\237]%s|\360[\220-\277]%s%s|[\361-\363]%s%s%s|\364[\200-\217]%s%s" \
  $c $c $c $c $c $c $c $c $c $c $c $c)
hidden=$(printf '\342\200[\250-\256]|\342\201[\246-\251]')
lines_that() { grep -cE "$@" | awk -F : '{ sum += $NF } END { print sum + 0 }'; } # [-v] PATTERN FILE...: how many match
is_clean() { # FILE...: no odd byte in any, and as many well-formed lines, and lines without hidden characters, as lines
  [ "$(cat "$@" | tr -cd '\011\012\040-\176\200-\377' | wc -c)" -eq "$(cat "$@" | wc -c)" ] || return 1
  lines=$(awk 'END { print NR }' "$@")
  [ "$(lines_that "^($utf8)*\$" "$@")" -eq "$lines" ] && [ "$(lines_that -v "$hidden" "$@")" -eq "$lines" ]
}
sed -n -e '/\.sql$/p' -e '/\.sh$/p' -e '/\.md$/p' -e '/\.py$/p' -e '/\.html$/p' -e '/\.json$/p' "$tmp/files" >"$tmp/scripts"
if [ -s "$tmp/scripts" ] && ! is_clean $(cat "$tmp/scripts"); then
  while read -r file; do is_clean "$file" || refuse 16 'a text file has a control character or is not UTF-8' "$file"; done <"$tmp/scripts"
  exit 1
fi

# Verified. First this host remembers what it saw of the trust folder, then people read what there is to do.

remember() {
  if [ -f "$memory/$trust_id" ]; then cat "$memory/$trust_id" >"$tmp/memory" 2>/dev/null || :; fi # others may have written since
  {
    cat "$tmp/memory"
    printf '%s\n' "path $trust" "path $given" "version $newest $newest_sum"
    if [ $mode = apply ]; then sed -n "\$s/^\([0-9]*\) .* /ledger $env \1 /p" "$tmp/ledger"; fi
  } >"$tmp/all"
  awk '/^version / { if ($2 + 0 >= newest) { newest = $2 + 0; version = $0 } next }
    /^ledger / { if ($3 + 0 >= last[$2]) { last[$2] = $3 + 0; entry[$2] = $0 } next }
    { print }
    END { print version; for (env in entry) print entry[env] }' "$tmp/all" | sort -u >"$tmp/lines"
  [ -s "$tmp/lines" ] || return 1
  if [ "$(cat "$tmp/lines")" = "$(cat "$tmp/memory")" ]; then return 0; fi
  { mkdir -p "$memory" && cp "$tmp/lines" "$memory/.$$" && mv -f "$memory/.$$" "$memory/$trust_id"; } 2>/dev/null
}
[ -s "$tmp/memory" ] || echo "note: this host had not seen trust folder $trust_id before: ask its keepers whether this is its id" >&2
remember || printf '%s\n' "note: this host can't remember the trust folder: $memory/$trust_id can't be written" >&2

script=apply.sql
[ -z "$undo" ] || script=rollback.sql
{
  if [ $mode = audit ]; then
    printf 'WAS VALID %s, %s by %s, %s\n' "$now" "$kind" "$signer" "$result"
  else
    printf 'VERIFIED %s\n' "$copy"
  fi
  printf 'bundle id %s\ncontent id %s\n' "$id" "$content"
  printf 'environment %s, version %s of trust folder %s\n' "$env" "$judged" "$trust_id"
  sed 's/^/signed by /' "$tmp/signed"
  sed 's/^/carried /' "$tmp/carried"
  [ -z "$breakglass" ] || printf 'breakglass, ticket %s: a review must follow\n' "$ticket"
  if [ -n "$entry_key" ]; then
    sed 's/^[^ ]* //' "$tmp/signed" "$tmp/carried" >"$tmp/all"
    printf '%s %s\n' "$signer" "$entry_key" >>"$tmp/all"
    ssh-keygen -l -f "$versions/$newest/revoked_keys" >"$tmp/revoked" 2>/dev/null || : # no key is revoked
    awk 'part == "revoked" { revoked[$2]; next } $2 in revoked && !told[$0]++ { print "revoked since: " $0 }' \
      part=revoked "$tmp/revoked" part=keys "$tmp/all"
  fi
  if [ $mode != audit ] && [ -f $script ]; then
    command=$(sed -n '/^-- Run it with: /{s///p;q;}' $script)
    quoted=$(printf '%s' "$copy" | sed "s/'/'\\\\''/g")
    # The last of these that it names is the script: the copy's, by its path. A database may be called so, too.
    before=${command%" apply.sql"*} until=${command%" rollback.sql"*} name=apply.sql
    if [ "$until" != "$command" ] && { [ "$before" = "$command" ] || [ ${#until} -gt ${#before} ]; }; then
      before=$until name=rollback.sql
    fi
    [ "$before" = "$command" ] || command="$before '$quoted/$name'${command#"$before $name"}"
    [ ! -f tenants.sh ] || command="sh '$quoted/tenants.sh' ${undo:+rollback }canary"
    [ -z "$command" ] || printf 'run: %s\n' "$command"
  fi
} >"$tmp/said"
said=$(cat "$tmp/said")
rm -rf "$tmp"
printf '%s\n' "$said"
ended=0
