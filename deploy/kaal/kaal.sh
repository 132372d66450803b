#!/bin/sh
# Bewijst de twee opdrachten op een kale machine: een verse Debian (debootstrap) met alleen python3-venv en make.
#
#   make demo   als gewone gebruiker, in een map met modus 0700; twee keer, want de tweede moet snel zijn
#   make test   als root, in een andere map met modus 0700
#
# Nodig op deze machine: root, git, en debootstrap (of apt om dat te halen). Hoe pip, npm en apt hun registers bereiken
# wordt van deze machine overgenomen. KAAL_SUITE kiest een andere Debian, KAAL_SPIEGEL een andere bron,
# KAAL_WAT=demo of test doet er één.
set -eu
cd "$(dirname "$0")/../.."
wortel=$PWD

zeg() { printf '%s\n' "== $*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || stop 'make kaal vraagt root: het maakt een chroot.'

if [ -z "${KAAL_BINNEN:-}" ]; then
    for programma in debootstrap git tar unshare; do
        command -v "$programma" >/dev/null 2>&1 && continue
        zeg "$programma installeren"
        { apt-get install -y --no-install-recommends "$programma" || { apt-get update && apt-get install -y "$programma"; }; } \
            >/dev/null 2>&1 || stop "$programma ontbreekt en is niet te installeren."
    done
    kaal=$(mktemp -d /var/tmp/kaal.XXXXXX)
    # Eigen naamruimten: wat gekoppeld en gestart is verdwijnt vanzelf, ook als dit wordt afgebroken.
    trap 'rm -rf --one-file-system "$kaal"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    af=0
    KAAL_BINNEN=$kaal unshare --mount --pid --fork --kill-child sh "$wortel/deploy/kaal/kaal.sh" || af=$?
    exit "$af"
fi

kaal=$KAAL_BINNEN
root=$kaal/root

# --- de kale machine ----------------------------------------------------------------------------------------------------
. /etc/os-release
case "${ID:-}" in debian) suite=${VERSION_CODENAME:-stable} ;; *) suite=stable ;; esac
suite=${KAAL_SUITE:-$suite}
begin=$(date +%s)
zeg "Debian $suite maken"
# shellcheck disable=SC2086 - KAAL_SPIEGEL mag leeg zijn
debootstrap --variant=minbase --include=python3-venv,make,ca-certificates "$suite" "$root" ${KAAL_SPIEGEL:-} \
    >"$kaal/debootstrap.log" 2>&1 || { tail -n 20 "$kaal/debootstrap.log"; stop 'debootstrap mislukte.'; }
zeg "klaar na $(($(date +%s) - begin)) s"

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

# --- hoe deze machine haar registers bereikt ------------------------------------------------------------------------------
for bestand in /etc/hosts /etc/resolv.conf /etc/pip.conf /etc/npmrc /usr/etc/npmrc /etc/ssl/certs/ca-certificates.crt; do
    [ -f "$bestand" ] && mkdir -p "$root${bestand%/*}" && cp -L "$bestand" "$root$bestand"
done
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || :
for bestand in /etc/apt/apt.conf.d/*; do
    grep -qi 'acquire' "$bestand" 2>/dev/null && cp "$bestand" "$root/etc/apt/apt.conf.d/"
done
thuis() { # $1: map van de gebruiker in de kale machine
    for bestand in .config/pip/pip.conf .pip/pip.conf .npmrc; do
        [ -f "$HOME/$bestand" ] && mkdir -p "$root$1/$(dirname "$bestand")" && cp "$HOME/$bestand" "$root$1/$bestand"
    done
    return 0
}
export -p | grep -E "^export (PIP_|NPM_|npm_config_|NODE_EXTRA_CA_CERTS=|SSL_CERT_|REQUESTS_CA_|https?_proxy=|HTTPS?_PROXY=|no_proxy=|NO_PROXY=)" \
    >"$root/etc/kaal.env" || :
# mappen op deze machine waar pip pakketten uit haalt
{ cat /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" 2>/dev/null || :; cat "$root/etc/kaal.env"; } |
    grep -oE "(file://)?/[A-Za-z0-9._/-]+" | sed 's#^file://##' | sort -u | while read -r map; do
    map=${map%/simple} # een register op schijf heeft zijn bestanden daarnaast
    case $map in /etc/* | /usr/* | /) continue ;; esac
    [ -d "$map" ] && mkdir -p "$root$map" && mount --rbind "$map" "$root$map"
done || :

# --- het project, zoals het in git staat ----------------------------------------------------------------------------------
chroot "$root" useradd --create-home --shell /bin/sh bewoner
plaats() { # $1: map, $2: eigenaar
    mkdir -p "$root$1"
    git -c safe.directory="$wortel" ls-files -z | tar --null --ignore-failed-read --files-from=- --create 2>/dev/null |
        tar --extract --directory "$root$1"
    chroot "$root" chown -R "$2:" "$1"
    chmod 700 "$root$1"
}
als() { # $1: gebruiker, $2: opdracht
    chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        su "$1" -s /bin/sh -c ". /etc/kaal.env; $2"
}
thuis /root
thuis /home/bewoner
chroot "$root" chown -R bewoner: /home/bewoner

af=0
if [ "${KAAL_WAT:-demo}" != test ]; then
    plaats /home/bewoner/portaal bewoner
    for keer in eerste tweede; do
        zeg "make demo, $keer keer, als gewone gebruiker"
        als bewoner 'cd ~/portaal && exec python3 deploy/kaal/kijk.py' || af=1
    done
fi
if [ "${KAAL_WAT:-test}" != demo ]; then
    plaats /root/portaal root
    zeg 'make test, als root'
    begin=$(date +%s)
    als root 'cd ~/portaal && make test' || af=1
    zeg "make test duurde $(($(date +%s) - begin)) s"
fi
[ "$af" = 0 ] && zeg 'Het werkt op een kale machine.'
exit "$af"
