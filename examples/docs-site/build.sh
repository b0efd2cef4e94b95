#!/bin/sh
# Builds the site into one zip. The same commit gives the same bytes, so that its digest names it.
# usage: build.sh OUTPUT.zip
set -eu
out=$1
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
site=$work/site
mkdir "$site"

# Hashed names may be cached for ever.
style=style.$(sha256sum style.css | cut -c 1-8).css
cp style.css "$site/$style"
edition=$(cat edition)
for page in pages/*.txt; do
  title=$(sed -n 1p "$page")
  {
    sed -e '/{{body}}/,$d' layout.html
    sed -e 1d -e '/^$/d' -e 's,.*,    <p>&</p>,' "$page"
    sed -e '1,/{{body}}/d' layout.html
  } | sed -e "s/{{title}}/$title/g; s/{{edition}}/$edition/g; s/{{style}}/$style/g" >"$site/$(basename "$page" .txt).html"
done

# git writes zips whose order and times depend on nothing but the tree and the commit's date.
export TZ=UTC GIT_DIR="$work/git" GIT_WORK_TREE="$site" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=build GIT_AUTHOR_EMAIL=build@example.com GIT_AUTHOR_DATE=2000-01-01T00:00:00Z
export GIT_COMMITTER_NAME=build GIT_COMMITTER_EMAIL=build@example.com GIT_COMMITTER_DATE=2000-01-01T00:00:00Z
git init -q
git add --all
git archive --format=zip --output="$work/site.zip" "$(git commit-tree "$(git write-tree)" -m site)"
mkdir -p "$(dirname "$out")"
mv "$work/site.zip" "$out"
