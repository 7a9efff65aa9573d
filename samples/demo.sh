#!/bin/sh
# What sqlgen does, from an Alembic history to a database: every command is shown before it runs.
# Run it as `make demo`. Everything it makes is in .demo/, and nothing else is touched.
set -eu
cd "$(dirname "$0")/.."

project=samples/bookshop
demo=.demo
bundle=$demo/bookshop-staging
database=$demo/bookshop_staging # the name that the settings give for staging, which the script insists on
log=$demo/last.log

title() { printf '\n== %s ==\n' "$*"; }
say() { printf '\n# %s\n' "$*"; }
stop() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

# run CODE COMMAND…: show the command, run it, and stop the demo unless it ends with that exit code.
run() {
  wanted=$1
  shift
  printf '\n$'
  for word in "$@"; do printf ' %s' "${word:-"''"}"; done
  printf '\n'
  code=0
  "$@" || code=$?
  [ "$code" -eq "$wanted" ] || stop "exit code $code, but $wanted was expected"
  if [ "$code" -ne 0 ]; then printf '(exit code %s)\n' "$code"; fi
}

# apply CODE WORD SCRIPT: run it with the sqlite3 client, as the script's own header says, and read its result line.
apply() {
  if ! command -v sqlite3 >/dev/null 2>&1; then
    say "sqlite3 is not installed, so this step is left out. Install it (Debian, Ubuntu: apt-get install sqlite3;"
    say "Fedora: dnf install sqlite; macOS has it) and run make demo again, or only this:"
    say "sqlite3 -batch -bail -safe -init /dev/null $database < $3"
    return
  fi
  printf '\n$ sqlite3 -batch -bail -safe -init /dev/null %s < %s > %s 2>&1\n' "$database" "$3" "$log"
  code=0
  sqlite3 -batch -bail -safe -init /dev/null "$database" <"$3" >"$log" 2>&1 || code=$?
  result=$(grep 'sqlgen result:' "$log" | tail -n 1)
  printf '%s\n(exit code %s)\n' "$result" "$code"
  case $result in
    *"sqlgen result: $2"*) [ "$code" -eq "$1" ] || stop "exit code $1 was expected" ;;
    *)
      cat "$log"
      stop "the result should be $2"
      ;;
  esac
}

rm -rf "$demo"
mkdir -p "$demo/keys" "$demo/tmp"
TMPDIR=$PWD/$demo/tmp           # verified copies go there
XDG_STATE_HOME=$PWD/$demo/state # and there what a host remembers of a trust folder
export TMPDIR XDG_STATE_HOME

title "1. Yesterday's release: the staging database is at 0004_orders"
say "No Alembic on the server, only a script and the database's own client:"
printf '\n$ sqlgen emit base:0004_orders --project %s --env staging > %s\n' "$project" "$demo/first.sql"
sqlgen emit base:0004_orders --project "$project" --env staging >"$demo/first.sql"
apply 0 APPLIED "$demo/first.sql"

title "2. The author of the next release: what is wrong with my migrations?"
say "Each finding points to the line of the revision file. (For PostgreSQL, with --dialect postgresql, there are more.)"
run 1 sqlgen lint 0004_orders:head --project "$project"

title "3. The release manager: build the bundle for staging"
# A bundle names the commit that gives it, so work that is not committed has to be allowed.
changed=$(git status --porcelain 2>/dev/null || :)
say "Findings that are errors stop it:"
run 1 sqlgen bundle 0004_orders:head --project "$project" --env staging -o "$bundle" --output-format json=$demo/findings.json ${changed:+--allow-dirty}
say "What does it do to the database? On one screen; each bundle holds the same as review.html:"
run 0 sqlgen review 0004_orders:head --project "$project" --env staging
say "The sample is unsafe on purpose, so override that; the review inside the bundle will say so:"
run 0 sqlgen bundle 0004_orders:head --project "$project" --env staging -o "$bundle" --output-format json=$demo/findings.json --fail-on never ${changed:+--allow-dirty}

title "4. Who may sign: the trust folder. The author and the DBA sign, each with a key of their own"
for who in keeper author dba; do
  run 0 ssh-keygen -q -t ed25519 -N '' -C "$who@example.com" -f "$demo/keys/$who"
done
say "The trust folder belongs to those who apply bundles: who may sign as what, how many must, and verify.sh."
run 0 sqlgen trust init "$demo/trust" --root "$demo/keys/keeper" --policy staging:author=1,dba=1
for role in author dba; do
  run 0 sqlgen trust add "$demo/trust" "$demo/keys/$role.pub" --role "$role" --env staging
done
say "Its keeper's key, the root key, makes this version 1. Each change is another version, signed in the same way."
run 0 sqlgen trust sign "$demo/trust" --key "$demo/keys/keeper" --yes
say "Now the bundle:"
run 0 sqlgen sign "$bundle" --role author --key "$demo/keys/author"
run 0 sqlgen sign "$bundle" --role dba --key "$demo/keys/dba"
run 0 sqlgen show "$bundle"

title "5. The DBA: may this be applied?"
say "With nothing of ours: a shell, sha256sum and ssh-keygen."
run 0 sh "$demo/trust/verify.sh" "$demo/trust" staging "$bundle"
verified=$(cd "$demo" && echo tmp/sqlgen-verified.*/bundle)
verified=$demo/$verified
say "It made a private copy and verified that one, so that nothing can change in between. The copy is what is applied."
say "The same question to sqlgen:"
run 0 sqlgen verify "$demo/trust" staging "$bundle"

title "6. Somebody changes one line of a copy"
cp -R "$bundle" "$demo/tampered"
printf 'DELETE FROM users;\n' >>"$demo/tampered/apply.sql"
run 3 sh "$demo/trust/verify.sh" "$demo/trust" staging "$demo/tampered"
run 3 sqlgen verify "$demo/trust" staging "$demo/tampered"

title "7. The DBA: apply it"
apply 0 APPLIED "$verified/apply.sql"
say "Once more changes nothing:"
apply 1 'ALREADY APPLIED' "$verified/apply.sql"
say "And back again:"
apply 0 APPLIED "$verified/rollback.sql"

title "Done"
say "Open $bundle/review.html in a browser, read $bundle/apply.sql, then README.md."
