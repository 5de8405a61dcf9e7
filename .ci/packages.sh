# Sourced by scenarios/demo, tests/run and .ci/run: find the tree, install what is missing, configure.
set -eu

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages="g++ make cmake ninja-build pkg-config libeigen3-dev libboost-dev libtbb-dev libhdf5-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libfmt-dev librandom123-dev"

say() { printf '%s\n' "$*"; }

# need_packages NAME...: install the Debian packages that are not there, and say how to undo it.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is not Debian or a system like it: these packages, or what they hold, must be there: $*"
    return 0
  fi
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "Not root and no sudo: ask for these packages to be installed: ${missing[*]}"
      return 1
    fi
    sudo=(sudo)
  fi
  say "Installing ${missing[*]}"
  say "(to undo: ${sudo[*]:+sudo }apt-get purge --autoremove ${missing[*]})"
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  "${apt[@]}" update
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# npm fetches the page's chart library; any npm will do.
need_npm() {
  command -v npm >/dev/null || need_packages nodejs npm
}

# build PRESET TARGET...: configure with ninja where it is and build.
build() {
  local preset=$1 generator=()
  shift
  if command -v ninja >/dev/null && [ ! -f "$root/build/$preset/CMakeCache.txt" ]; then generator=(-G Ninja); fi
  say "Building ($preset) in build/$preset"
  (cd "$root" && cmake --preset "$preset" "${generator[@]}" >"$root/build-$preset.log" 2>&1) || { cat "$root/build-$preset.log"; rm -f "$root/build-$preset.log"; return 1; }
  rm -f "$root/build-$preset.log"
  cmake --build "$root/build/$preset" --parallel "$(nproc)" "$@" | { if [ -t 1 ]; then cat; else grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Generating|Copy)' || true; fi; }
  return "${PIPESTATUS[0]}"
}
