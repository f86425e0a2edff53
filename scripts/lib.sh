# Shared by the scripts in this folder: speaking, failing with what to do, installing what is missing.
# shellcheck shell=bash

cache=${DESKHAND_CACHE:-$HOME/.cache/deskhand}
mkdir -p "$cache"
# One build folder outside the clone: a fresh clone on the same machine does not compile the dependencies again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}

# Cargo tells the crates of two clones apart by their files' times alone, and would take the other clone's for this one's.
clone_mark="$CARGO_TARGET_DIR/clone"
if [ "$(cat "$clone_mark" 2>/dev/null)" != "$PWD" ]; then
  mkdir -p "$CARGO_TARGET_DIR"
  find bot tests -type f -exec touch {} +
  echo "$PWD" >"$clone_mark"
fi

say() { printf '\033[36m==>\033[0m %s\n' "$*"; }

# fail CODE WHAT TO-DO
fail() {
  printf '%s: %s; %s\n' "$(basename "$0")" "$2" "$3" >&2
  exit "$1"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    fail 3 "installing packages needs root" "run as root: $*"
  fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "packages: all there"
    return
  fi
  command -v apt-get >/dev/null || fail 3 "this is no Debian or Ubuntu" "install by hand: ${missing[*]}"
  # Ubuntu carries Chromium as a snap under other names; say so rather than fail in the middle.
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$cache/apt.log" 2>&1 ||
    fail 3 "apt-get could not install ${missing[*]}" "see $cache/apt.log"
}

need_rust() {
  local have want=1.95
  command -v cargo >/dev/null || [ ! -f "$HOME/.cargo/env" ] || source "$HOME/.cargo/env"
  command -v cargo >/dev/null || fail 3 "Rust is not installed" "install Rust $want or newer from your distribution or rust-lang.org, then run this again"
  have=$(rustc --version | cut -d' ' -f2)
  [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" = "$want" ] ||
    fail 3 "Rust $have is too old" "update to $want or newer (rustup update)"
  say "Rust $have"
}

# python_packages VENV PACKAGE...   a virtual environment under the cache that holds just these
python_packages() {
  local venv="$cache/$1-venv"
  shift
  if [ ! -f "$venv/.has-$(echo "$*" | sha256sum | cut -c1-12)" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" || fail 3 "python3 cannot make a virtual environment" "install python3-venv"
    "$venv/bin/pip" install -q "$@" || fail 3 "pip could not install $*" "check the network and run this again"
    touch "$venv/.has-$(echo "$*" | sha256sum | cut -c1-12)"
  fi
}

# Cargo never clears away earlier builds: every change of a crate leaves a copy, gigabytes a day, until the disk is full.
trim_build_folder() {
  local gigabytes=$(($(du -sm "$CARGO_TARGET_DIR" | cut -f1) / 1024))
  [ "$gigabytes" -ge "${DESKHAND_BUILD_GB:-30}" ] || return 0
  say "the build folder has grown to $gigabytes GB: clearing earlier builds of this workspace (dependencies stay)"
  rm -rf "$CARGO_TARGET_DIR/release/incremental"
  cargo clean --quiet --release --locked --workspace
}

# Always the whole workspace: a single package would resolve other features and compile the dependencies again.
build() {
  trim_build_folder
  say "building"
  cargo build --release --locked --workspace --all-targets
}

# cargo_tool NAME VERSION [PACKAGE]   any version that is there will do; a missing one is built once
cargo_tool() {
  command -v "$1" >/dev/null && return
  say "building $1 $2"
  cargo install --quiet --locked --version "$2" --root "$cache/tools" "${3:-$1}" || fail 3 "$1 $2 could not be built" "check the network and run this again"
}
export PATH="$cache/tools/bin:$PATH"
