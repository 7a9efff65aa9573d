#!/bin/sh
# Is this bundle what people we trust signed for this environment?   usage: verify.sh TRUST ENV DIR
#
# TRUST  your trust folder: allowed_signers, policy, revoked_keys (docs/bundle-format.md)
# ENV    the environment: prod
# DIR    the bundle's folder
#
# Prints the private copy that was verified; apply that one. Exit: 0 verified, 3 refused, 2 usage or a missing tool.
# Needs sh, coreutils (or busybox), find, grep, sed, sha256sum or shasum, ssh-keygen 8.2 or later. Steps and reasons are
# those of docs/bundle-format.md. Keep this file in the trust folder; never take it from a bundle.
set -eu
LC_ALL=C
export LC_ALL
unset CDPATH
umask 077

ended=
refuse() { # STEP REASON [DETAIL]
  printf 'REFUSED: step %s: %s%s\n' "$1" "$2" "${3:+ ($3)}" >&2
  ended=3
  exit 3
}
usage() {
  printf '%s\nusage: verify.sh TRUST ENV DIR\n' "$1" >&2
  ended=2
  exit 2
}
has_other_bytes() { [ "$(tr -d "$1" <"$2" | wc -c)" -ne 0 ]; } # SET FILE: bytes outside a set of tr
no_final_newline() { [ "$(tail -c1 "$1" | od -An -tx1 | tr -d ' \n')" != 0a ]; }
# A grep that fails (2) must never look like one that found nothing (1).
every_line() { # GOOD FILE: every line matches
  status=0
  grep -qvE "$1" "$2" || status=$?
  [ $status -eq 1 ]
}
no_line() { # BAD FILE: no line matches
  status=0
  grep -qE "$1" "$2" || status=$?
  [ $status -eq 1 ]
}
bad_line() { grep -nvE "$1" "$2" | sed -n '1s/:.*//p'; } # GOOD FILE: the number of the first line that does not match
digest() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

[ $# -eq 3 ] || usage 'three arguments are needed'
env=$2
case $env in '' | [!a-z0-9]* | *[!a-z0-9_-]*) usage 'this is no environment name: small letters, digits, - and _' ;; esac
trust=$(cd -- "$1" 2>/dev/null && pwd -P) || usage "there is no trust folder $1"
source=$(cd -- "$3" 2>/dev/null && pwd -P) || usage "there is no bundle $3"
for tool in ssh-keygen find grep sed; do command -v $tool >/dev/null || usage "$tool is missing"; done
command -v sha256sum >/dev/null || command -v shasum >/dev/null || usage 'sha256sum is missing'

part='[a-z0-9]([a-z0-9_.@+-]*[a-z0-9_@+-])?'
role_name='[a-z][a-z0-9_-]*'
device='(con|prn|aux|nul|com[0-9]|lpt[0-9])'

work=$(mktemp -d "${TMPDIR:-/tmp}/sqlgen-verified.XXXXXX" 2>/dev/null) || refuse 4 "the bundle can't be read or copied"
finish() { # the way out of every run that does not verify, a command that fails unexpectedly too
  status=$?
  rm -rf "$work"
  [ -z "$ended" ] || exit "$ended"
  printf 'REFUSED: verify.sh could not finish (status %s)\n' $status >&2
  exit 3
}
trap finish EXIT
trap 'refuse 0 interrupted' HUP INT TERM

# Step 1: the trust folder.

key='(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256@openssh\.com|ssh-rsa) [A-Za-z0-9+/]+={0,2}( [ -~]*)?'
scope="$role_name"'\.[a-z0-9][a-z0-9_-]*\.v1@sqlgen'
soh=$(printf '\001')
lines_of() { # FILE GOOD: a trust file, every line in its form
  [ -f "$trust/$1" ] || refuse 1 "$(basename "$1") is missing"
  [ -r "$trust/$1" ] || refuse 1 "the trust folder can't be read" "$1"
  tr '\000' '\001' <"$trust/$1" >"$work/lines" # grep would take a NUL for the end of a line
  set -- "$1" "^($2)\$|^#[^$soh]*\$|^\$"
  every_line "$2" "$work/lines" || refuse 1 "$(basename "$1") has an ill-formed line" "$(bad_line "$2" "$work/lines")"
}
case $trust/ in "$source"/*) refuse 1 'the trust folder lies inside the bundle' ;; esac
lines_of allowed_signers \
  "$part namespaces=\"$scope(,$scope)*\"(,valid-(after|before)=\"[0-9]{8,14}Z?\")* $key"
! every_line '^#|^$' "$trust/allowed_signers" || refuse 1 'allowed_signers is empty'
n=0
while read -r name _ type blob _ || [ -n "$name" ]; do
  n=$((n + 1))
  case $name in '#'*) continue ;; esac
  # 372: base64 characters of a public RSA key of 2048 bits
  case $type in ssh-rsa) [ ${#blob} -ge 372 ] || refuse 1 'allowed_signers has an RSA key of fewer than 2048 bits' $n ;; esac
done <"$trust/allowed_signers"
lines_of revoked_keys "$key"
policy=policy
[ -d "$trust/policy" ] && policy=policy/$env
[ -f "$trust/$policy" ] || refuse 1 'there is no policy for this environment' "$env"
lines_of "$policy" "$role_name [1-9]"
roles=' '
n=0
while read -r role need || [ -n "$role" ]; do
  n=$((n + 1))
  case $role in '' | '#'*) continue ;; esac
  case " receipt reject trust $roles" in *" $role "*) refuse 1 'the policy has a role twice or a reserved one' $n ;; esac
  roles="$roles$role "
done <"$trust/$policy"
[ "$roles" != ' ' ] || refuse 1 'the policy is empty'
for list in revoked_bundles ledger; do
  if [ -e "$trust/$list" ]; then lines_of $list '[0-9a-f]{64}( [ -~]*)?'; fi
done

# Steps 2 to 4: names, kinds and sizes of the source, then of the private copy. From there on only the copy is read.

first() { # the first path of a list of find, made printable
  sed 's/^\.\///' "$work/paths" | sort | sed -n 1p | tr -c ' -~\n' '?'
}
none() { # STEP REASON EXPRESSION: find finds nothing
  step=$1 reason=$2
  shift 2
  find . "$@" >"$work/paths" 2>/dev/null || refuse 4 "the bundle can't be read or copied"
  [ ! -s "$work/paths" ] || refuse "$step" "$reason" "$(first)"
}
shape() {
  find . ! -name . >"$work/all" 2>/dev/null || refuse 4 "the bundle can't be read or copied"
  [ "$(wc -l <"$work/all")" -le 1000 ] || refuse 2 'the bundle has too many files'
  # find's own patterns also see newlines in names
  none 2 'a name is not allowed' ! -name . ! -path ./SHA256SUMS ! -path ./MANIFEST.json \
    \( -name '*[!a-z0-9_.@+-]*' -o -name '[!a-z0-9]*' -o -name '*.' -o -path ./sha256sums -o -path ./manifest.json \)
  odd="/$device(\.[^/]*)?\$|^.{203}"
  if ! no_line "$odd" "$work/all"; then
    grep -E "$odd" "$work/all" >"$work/paths"
    refuse 2 'a name is not allowed' "$(first)"
  fi
  none 3 'a link or special file is in the bundle' ! -type f ! -type d
  none 3 'a hard link is in the bundle' -type f -links +1
  none 3 'a file is too big' -type f -size +16777216c
  total=$(find . -type f -exec wc -c {} + | awk '$2 != "total" { sum += $1 } END { printf "%.0f", sum }')
  [ "$total" -le 67108864 ] || refuse 3 'the bundle is too big'
}
cd "$source"
shape
cp -RP . "$work/bundle" 2>/dev/null || refuse 4 "the bundle can't be read or copied"
chmod -R u=rwX,go= "$work/bundle"
cd "$work/bundle"
shape

# Step 5: SHA256SUMS, whose bytes are what is signed.

[ -f SHA256SUMS ] || refuse 5 'SHA256SUMS is missing'
[ "$(wc -c <SHA256SUMS)" -le 65536 ] || refuse 5 'SHA256SUMS is too big'
if has_other_bytes '\012\040-\176' SHA256SUMS; then refuse 5 'SHA256SUMS has characters other than ASCII, or CRLF'; fi
good="^[0-9a-f]{64}  (($part/)*$part|MANIFEST\.json)\$"
odd="[ /]$device(\.[^/]*)?(/|\$)|  (sig(/.*)?|sha256sums|manifest\.json)\$|^.{66}.{201}"
every_line "$good" SHA256SUMS || refuse 5 'SHA256SUMS has an ill-formed line' "$(bad_line "$good" SHA256SUMS)"
no_line "$odd" SHA256SUMS || refuse 5 'SHA256SUMS has an ill-formed line' "$(grep -nE "$odd" SHA256SUMS | sed -n '1s/:.*//p')"
if no_final_newline SHA256SUMS; then refuse 5 'SHA256SUMS lacks its final newline'; fi
cut -c67- SHA256SUMS >"$work/listed"
sort -c -u "$work/listed" 2>/dev/null || refuse 5 'SHA256SUMS is not sorted or has a name twice'

# Step 6: exactly the listed files, and no empty folder.

find . -type f | sed 's/^\.\///' | sort >"$work/files"
grep -vE '^sig/|^SHA256SUMS$' "$work/files" >"$work/found" || :
if ! cmp -s "$work/found" "$work/listed"; then
  name=$(sort "$work/found" "$work/listed" "$work/listed" | uniq -u | sed -n 1p)
  [ -z "$name" ] || refuse 6 'a file is not in SHA256SUMS' "$name"
  refuse 6 'a file of SHA256SUMS is missing' "$(sort "$work/found" "$work/found" "$work/listed" | uniq -u | sed -n 1p)"
fi
for name in $(find . ! -name . -type d | sed 's/^\.\///' | sort); do
  grep -q "^$name/" "$work/files" || refuse 6 'a folder is empty' "$name"
done

# Step 7: checksums.

out=$(digest -c SHA256SUMS 2>/dev/null) ||
  refuse 7 'a checksum does not match' "$(printf '%s\n' "$out" | sed -n 's/: FAILED.*//p' | sed -n 1p)"
id=$(digest <SHA256SUMS | cut -d' ' -f1)

# Step 8: the manifest, one key a line.

[ -f MANIFEST.json ] || refuse 8 'MANIFEST.json is missing'
ill='MANIFEST.json is ill-formed'
if has_other_bytes '\012\040-\176' MANIFEST.json || no_final_newline MANIFEST.json; then refuse 8 "$ill"; fi
if [ "$(wc -l <MANIFEST.json)" -lt 3 ] || [ "$(sed -n 1p MANIFEST.json)" != '{' ] || [ "$(sed -n '$p' MANIFEST.json)" != '}' ]; then
  refuse 8 "$ill"
fi
sed '1d;$d' MANIFEST.json >"$work/body"
sed '$d' "$work/body" >"$work/but-last"
sed -n '$p' "$work/body" >"$work/last"
sed 's/,$//' "$work/body" >"$work/keys"
every_line ',$' "$work/but-last" || refuse 8 "$ill"
no_line ',$' "$work/last" || refuse 8 "$ill"
every_line '^  "[a-z_]+": [ -~]+$' "$work/keys" || refuse 8 "$ill"
sed 's/^  "\([a-z_]*\)": .*/\1/' "$work/keys" | sort -c -u 2>/dev/null || refuse 8 "$ill"
value() { sed -n "s/^  \"$1\": \(.*\)\$/\1/p" "$work/keys"; }
[ "$(value format)" = '"sqlgen.bundle/1"' ] || refuse 8 'MANIFEST.json has an unknown format'
bound=$(value environment)
expires=$(value expires)
printf '%s\n' "$bound" | grep -qE '^(null|"[a-z0-9][a-z0-9_-]*")$' || refuse 8 "$ill"
printf '%s\n' "$expires" | grep -qE '^(null|"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")$' || refuse 8 "$ill"
[ "$bound" != null ] || refuse 8 'the bundle is bound to no environment'
[ "$bound" = "\"$env\"" ] || refuse 8 'the bundle is for another environment' "$(printf %s "$bound" | tr -d '"')"
if [ "$expires" != null ]; then
  expires=$(printf %s "$expires" | tr -d '"')
  # both have the same fixed form, so the earlier one sorts first
  first=$(printf '%s\n%s\n' "$expires" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | sort | sed -n 1p)
  [ "$first" != "$expires" ] || refuse 8 'the bundle expired' "$expires"
fi

# Step 9: signature files. Names are plain words by now, so lists of them can be split.

signatures=$(grep '^sig/' "$work/files" || :)
for file in $signatures; do
  printf '%s\n' "$file" | grep -qE "^sig/$role_name/$part\.sig\$" || refuse 9 'a file under sig/ is not a signature' "$file"
done
for file in $signatures; do
  role=$(basename "$(dirname "$file")")
  case $roles in *" $role "*) ;; *) refuse 9 'a signature is for a role that the policy does not have' "$file" ;; esac
  sed '1d;$d' "$file" >"$work/armor"
  sed '$d' "$work/armor" >"$work/but-last"
  sed -n '$p' "$work/armor" >"$work/last"
  if has_other_bytes '\012\040-\176' "$file" || no_final_newline "$file" ||
    [ "$(sed -n 1p "$file")" != '-----BEGIN SSH SIGNATURE-----' ] || [ "$(sed -n '$p' "$file")" != '-----END SSH SIGNATURE-----' ] ||
    [ ! -s "$work/last" ] || ! every_line '^[A-Za-z0-9+/=]{1,70}$' "$work/last" ||
    ! every_line '^[A-Za-z0-9+/]{70}$' "$work/but-last"; then
    refuse 9 'a signature file is ill-formed' "$file"
  fi
done

# Step 10: each signature. `-Y verify` alone decides; the other calls only tell why not.

: >"$work/signed"
for file in $signatures; do
  role=$(basename "$(dirname "$file")")
  who=$(basename "$file" .sig)
  set -- -I "$who" -n "$role.$env.v1@sqlgen" -s "$file"
  if out=$(ssh-keygen -Y verify -f "$trust/allowed_signers" -r "$trust/revoked_keys" "$@" <SHA256SUMS 2>&1); then
    fingerprint=$(printf '%s\n' "$out" | sed -n "s/^Good \"$role\.$env\.v1@sqlgen\" signature for .* key \(SHA256:[A-Za-z0-9+\/]*\)\$/\1/p")
    if [ -n "$fingerprint" ]; then
      printf '%s %s %s\n' "$role" "$who" "$fingerprint" >>"$work/signed"
      continue
    fi
  fi
  case $out in *'option -- Y'*) usage 'ssh-keygen is too old: it has no -Y; OpenSSH 8.2 or later is needed' ;; esac
  ssh-keygen -Y check-novalidate -n "$role.$env.v1@sqlgen" -s "$file" <SHA256SUMS >/dev/null 2>&1 ||
    refuse 10 'a signature does not fit this bundle, role and environment' "$file"
  if ssh-keygen -Y verify -f "$trust/allowed_signers" "$@" <SHA256SUMS >/dev/null 2>&1; then
    refuse 10 "a signature's key is revoked" "$file"
  fi
  refuse 10 "a signature's key is not allowed for this name, role and environment" "$file"
done

# Step 11: another person and another key for every signature, and enough of them.

name=$(cut -d' ' -f2 "$work/signed" | sort | uniq -d | sed -n 1p)
[ -z "$name" ] || refuse 11 'one person signed twice' "$name"
fingerprint=$(cut -d' ' -f3 "$work/signed" | sort | uniq -d | sed -n 1p)
[ -z "$fingerprint" ] || refuse 11 'one key signed twice' \
  "$(grep -F " $fingerprint" "$work/signed" | cut -d' ' -f2 | sed -n '1h;2{H;x;s/\n/, /p;}')"
while read -r role need || [ -n "$role" ]; do
  case $role in '' | '#'*) continue ;; esac
  have=$(grep -c "^$role " "$work/signed" || :)
  [ "$have" -ge "$need" ] || refuse 11 'too few signatures for a role' "$role: $have of $need"
done <"$trust/$policy"

# Step 12: revoked or applied already.

listed_in() { [ -e "$trust/$1" ] && ! no_line "^$id( |\$)" "$trust/$1"; }
if listed_in revoked_bundles; then refuse 12 'the bundle is revoked'; fi
if listed_in ledger; then refuse 12 'the bundle was applied already'; fi

# Step 13: SQL files are UTF-8 without control characters (LF and TAB may stand), bidi controls and Unicode line ends.

c=$(printf '[\200-\277]')
# shellcheck disable=SC2086,SC2059 # the format holds the byte ranges of well-formed UTF-8, c has no blanks
utf8=$(printf "\011| |[!-~]|\302[\240-\277]|[\303-\337]%s|\340[\240-\277]%s|[\341-\354\356\357]%s%s|\355[\200-\237]%s|\360[\220-\277]%s%s|[\361-\363]%s%s%s|\364[\200-\217]%s%s" \
  $c $c $c $c $c $c $c $c $c $c $c $c)
hidden=$(printf '\342\200[\250-\256]|\342\201[\246-\251]')
for file in $(grep '\.sql$' "$work/files" || :); do
  if has_other_bytes '\011\012\040-\176\200-\377' "$file" || ! every_line "^($utf8)*\$" "$file" || ! no_line "$hidden" "$file"; then
    refuse 13 'a SQL file has a control character or is not UTF-8' "$file"
  fi
done

trap - EXIT
printf 'VERIFIED %s\nbundle id %s\n' "$work/bundle" "$id"
sed 's/^/signed by /' "$work/signed"
