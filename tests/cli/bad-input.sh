#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Bad input of every kind: exit status 2, a message that names the place, and
# nothing on standard output.  Usage: bad-input.sh TDXCPUID; output in TAP.
set -u
tool=$1
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/tap.sh
. ./tap.sh
request='"attributes":"0x10000000","xfam":"0x61ae7"'
entry='{"function":"0x80000008","index":"0x0","flags":"0x0","eax":"0x300000","ebx":"0x0","ecx":"0x0","edx":"0x0"}'

# bad NAME PATTERN ARG...: with $tmp/in as standard input. Memory is bounded to 64 MiB.
bad()
{
	name=$1 pattern=$2
	shift 2
	(
		# shellcheck disable=SC3045 # dash and bash have it
		[ -n "${UNBOUNDED:-}" ] || ulimit -v 65536
		exec "$tool" "$@"
	) <"$tmp/in" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status -eq 2 ] && [ ! -s "$tmp/out" ] && grep -Eq -- "$pattern" "$tmp/err"
	result $? "$name" "$tmp/err"
}

# input FORMAT ARG...: what printf makes of it is the input.
input()
{
	# shellcheck disable=SC2059
	printf "$@" >"$tmp/in"
}

text() { input '%b' "$1"; bad "text: $2" "^<stdin>:$3: error: $4" check -; }
json() { input '%s' "$1"; bad "json: $2" "^<stdin>:$3: error: $4" check -; }

header='attributes=0x10000000 xfam=0x61ae7\n'
gpaw='0x80000008 0 0 300000 0 0 0\n'

text '' 'empty' 1:1 'the input is empty'
text '\n\n  \n' 'blank' 1:1 'the input is empty'
text '# nothing\n' 'a comment only' 1:1 'neither'
text "$gpaw" 'no header' 1:1 'a list of CPUID entries for a vCPU'
text "xfam=0x61ae7\n$gpaw" 'no attributes' 1:1 "the header lacks 'attributes='"
text "attributes=0\n$gpaw" 'no xfam' 1:1 "the header lacks 'xfam='"
text "attributes=0 atributes=0 xfam=0\n" 'unknown key' 1:14 "unknown key 'atributes'"
text "attributes=0 xfam=0 xfam=3\n" 'key twice' 1:21 "'xfam' is given twice"
text "attributes=0 xfam=-3\n" 'negative' 1:14 "'xfam' must be"
text "attributes=0x10000000000000000 xfam=0\n" 'over 64 bits' 1:1 "'attributes' must be"
text "attributes= xfam=0\n" 'empty value' 1:1 "'attributes' must be"
text "attributes=0 xfam=0 tsc_khz=4294967296\n" 'TSC over 32 bits' 1:21 "'tsc_khz' must be"
text "attributes=0 xfam=0 tsc_khz=0x10\n" 'TSC in hex' 1:21 "'tsc_khz' must be a decimal"
text "${header}nent=2\n$gpaw" 'nent too high' 2:1 'nent=2, but there are 1'
text "${header}nent=0\n$gpaw" 'nent too low' 2:1 'nent=0, but there are 1'
text "${header}${gpaw}nent=1\n" 'header behind entries' 3:1 "'nent=1' behind an entry"
text "${header}0x1 0 0 0 0 0\n" 'six numbers' 2:14 "the entry ends before 'edx'"
text "${header}0x1 0 0 0 0 0 0 0\n" 'eight numbers' 2:17 "'0' behind"
text "${header}0x1 0 0 0 0 0 100000000\n" 'over 32 bits' 2:15 "edx '100000000'"
text "${header}0x1 0 0 -1 0 0 0\n" 'negative register' 2:9 "eax '-1'"
text "${header}0x1 0 0 0x 0 0 0\n" 'bare 0x' 2:9 "eax '0x'"
text "${header}0x1 0 0 1.5 0 0 0\n" 'fraction' 2:9 "eax '1.5'"
text "${header}0x1 0 0 0 0 zebra 0\n" 'a word' 2:13 "ecx 'zebra'"
text "${header}ebx 0 0 0 0 0 0\n" 'a word first' 2:1 "function 'ebx'"
text "${header}0x1 0 0 0\\000 0 0 0\n" 'a NUL' 2:10 'not text: there is a NUL byte$'
text "\\000\\000\\000\\000" 'NULs' 1:1 'not text'
text "\\033[31mred\n" 'an escape sequence' 1:1 "function '\?\[31mred'"
text "\\377\\376a\\000" 'UTF-16' 1:4 'not text'

json '{' 'cut at {' 1:1 ''
json '{"attributes":' 'cut at :' 1:14 ''
json "{$request,\"cpuid\":[$entry" 'cut in the list' '1:[0-9]+' ''
json "{$request,\"cpuid\":[$entry]}}" 'too much' '1:[0-9]+' 'end of file expected'
json '[]' 'an array' 1:1 'a list of CPUID entries for a vCPU'
json "[$entry,{}]" 'an entry of an array' 1:109 "entry 1 of 'cpuid' lacks 'function'"
text '[   10.41] virt/tdx: TDX module\n' 'a log' 1:1 "function '\\['"
text '   0x00000001 0x00: eax=0x0 ebx=0x0 ecx=0x0 edx=0x0\n' 'a CPU of cpuid -r' 1:1 'this is a CPU, in the format of cpuid -r'
text "<cpudata arch='x86'/>\n" 'a CPU of libvirt' 1:1 'this is a CPU, in the format of libvirt'
json '"x"' 'a string' 1:3 "'\[' or '\{' expected"
json '{}' 'no cpuid' 1:1 "'cpuid' is missing"
json "{\"cpuid\":[$entry]}" 'a vCPU list' 1:1 'a list of CPUID entries for a vCPU'
json "{\"attributes\":0,\"cpuid\":[$entry]}" 'no xfam' 1:1 "'xfam' is missing"
json "{$request,\"cpuid\":{}}" 'cpuid no array' 1:53 "'cpuid' must be an array"
json "{$request,\"cpuid\":[7]}" 'entry no object' 1:54 'entry 0 of .cpuid. must be an object'
json "{$request,\"cpuid\":[{\"function\":1}]}" 'entry without eax' 1:54 ".*lacks 'eax'"
json "{$request,
\"extra\":1,\"cpuid\":[]}" 'unknown key' 2:1 "unknown key 'extra'"
json "{$request,\"cpuid\":[$entry,
 {\"function\":1,\"eax\":0,\"ebx\":0,\"ecx\":0,\"edx\":0,\"ecxx\":1}]}" 'unknown key in an entry' 2:48 "unknown key 'ecxx'"
json "{$request,\"xfam\":3,\"cpuid\":[]}" 'key twice' '1:[0-9]+' 'duplicate object key'
json "{\"attributes\":-1,\"xfam\":3,\"cpuid\":[]}" 'negative' 1:15 "'attributes' must be"
json "{\"attributes\":1.0,\"xfam\":3,\"cpuid\":[]}" 'fraction' 1:15 "'attributes' must be"
json "{\"attributes\":\"1\",\"xfam\":3,\"cpuid\":[]}" 'string without 0x' 1:15 "'attributes' must be"
json "{\"attributes\":\"0x\",\"xfam\":3,\"cpuid\":[]}" 'bare 0x' 1:15 "'attributes' must be"
json "{\"attributes\":\"-0x1\",\"xfam\":3,\"cpuid\":[]}" 'negative string' 1:15 "'attributes' must be"
json "{\"attributes\":18446744073709551616,\"xfam\":3,\"cpuid\":[]}" 'over 64 bits' '1:[0-9]+' 'too big integer'
json "{\"attributes\":\"0x10000000000000000\",\"xfam\":3,\"cpuid\":[]}" 'string over 64 bits' 1:15 "'attributes' must be"
json "{$request,\"tsc_khz\":4294967296,\"cpuid\":[]}" 'TSC over 32 bits' 1:55 "'tsc_khz' must be"
json "{$request,\"cpuid\":[{\"function\":4294967296,\"eax\":0,\"ebx\":0,\"ecx\":0,\"edx\":0}]}" 'register over 32 bits' 1:66 "'function' must be"
json "{$request,\"cpuid\":[{\"function\":1,\"flags\":null,\"eax\":0,\"ebx\":0,\"ecx\":0,\"edx\":0}]}" 'flags null' 1:76 "'flags' must be"
json "{$request,\"module\":7,\"cpuid\":[]}" 'module no string' 1:54 "'module' must be a string"
json "{$request,\"module\":\"9.9.99\",\"cpuid\":[]}" 'unknown module' 1:54 'there is no module of that name'
json "{$request,\"cpu\":\"/etc/passwd\",\"cpuid\":[]}" 'a request opens no file' 1:51 'there is no cpu of that name'
json "{$request,\"policy\":\"yes\",\"cpuid\":[]}" 'unknown policy' 1:54 'there is no policy of that name'
json "{$request,\"cpuid\":[],\"id\":\"\\u0000\"}" 'an escaped NUL' '1:[0-9]+' ''
input '{"attributes":0,"xfam":3,\000"cpuid":[]}'
bad 'json: a NUL' '^<stdin>:1:26: error: not text' check -
nul='snp-page.bin:1:2: error: not text: there is a NUL byte$'
bad 'no text: a vCPU' "$nul" check --vcpu data/snp-page.bin data/lost.txt
bad 'no text: --supported' "$nul" check --supported data/snp-page.bin --vcpu data/lost.txt
bad 'no text: a host' "$nul" caps --host data/snp-page.bin
bad 'no text: a CPU' "$nul" caps --cpu data/snp-page.bin
bad 'no text: a module' "$nul" caps --module data/snp-page.bin
bad 'no text: a dump' "$nul" fits data/lost.txt data/snp-page.bin
input '{"attributes":0,"xfam":"\377\376","cpuid":[]}'
bad 'json: not UTF-8' '^<stdin>:1:[0-9]+: error: unable to decode' check -
input '\357\273\277\n  {}'
bad 'json: byte order mark' "^<stdin>:2:3: error: 'cpuid' is missing" check -
input '\357\273\277attributes=0 xfam='
bad 'text: byte order mark' "^<stdin>:1:14: error: 'xfam' must be" check -
: >"$tmp/in"
twice='^tdxcpuid.*: - stands for standard input once'
cp data/lost.txt "$tmp/in"
bad 'twice: vCPU and request' "$twice" check --vcpu - -
bad 'twice: vCPUs' "$twice" check --vcpu - --vcpu - data/lost.txt
bad 'twice: fits' "$twice" fits - -
cp data/host-1.5.05.json "$tmp/in"
bad 'twice: host and request' "$twice" check --host - -
bad 'twice: hosts of the atlas' "$twice" atlas --host - --host -
several='error: another host: this file has several$'
bad 'several hosts: caps' "^data/fleet.jsonl:2:1: $several" caps --host data/fleet.jsonl
bad 'several hosts: check' "$several" check --host data/fleet.jsonl data/lost.txt
bad 'several hosts: atlas' "$several" atlas --host data/fleet.jsonl
cat data/host-1.5.05.json data/host-unknown.json >"$tmp/in"
bad 'several hosts, as dump writes them' "^<stdin>:[0-9]+:1: $several" caps --host -
bad 'several hosts: what to do' '^--host takes the file of one; .* tdxcpuid baseline --json$' caps --host -
i=0; while [ $i -lt 400 ]; do cat data/host-1.5.05.json; i=$((i + 1)); done >"$tmp/in"
bad 'several hosts, of more than 1 MiB' "^<stdin>:[0-9]+:1: $several" caps --host -
head -n 1 data/fleet.jsonl >"$tmp/in"
bad 'twice: baseline' "$twice" baseline - -
: >"$tmp/in"
bad 'no name of a file' "tdxcpuid: '': cannot be opened: No such file" check ''
bad 'a host as a request' '^data/host-1.5.05.json:1:1: error: this is a host, .*: --host takes it' fits data/host-1.5.05.json data/lost.txt

deep=$(printf '%5000s' '' | tr ' ' '[')
json "{\"cpuid\":$deep" 'nested 5000 deep' '1:[0-9]+' 'maximum parsing depth'

{ printf '%b' "$header"; i=0; while [ $i -lt 257 ]; do echo '1 0 0 0 0 0 0'; i=$((i + 1)); done; } >"$tmp/in"
bad 'text: 257 entries' '^<stdin>:258:1: error: more than the 256 entries' check -
{ printf '{%s,"cpuid":[' "$request"; i=0; while [ $i -lt 256 ]; do printf '%s,\n' "$entry"; i=$((i + 1)); done
	printf '%s]}' "$entry"; } >"$tmp/in"
bad 'json: 257 entries' '^<stdin>:257:1: error: 257 entries are more than the 256' check -

# 100 MB in one line, with and without a meaning.
tr '\0' ' ' </dev/zero | head -c 100000000 >"$tmp/in"
bad '100 MB of blanks' '^<stdin>:1:1048577: error: the input is larger than 1 MiB' check -
bad '100 MB of blanks as a file' ':1:1048577: error: the input is larger than 1 MiB' check "$tmp/in"
bad '100 MB of blanks as a module' ':1:1048577: error: ' caps --module "$tmp/in"
bad '100 MB of blanks as a cpu' ':1:8388609: error: the input is larger than 8 MiB' caps --cpu "$tmp/in"
: >"$tmp/in"

bad 'a directory' "^$tmp:1:1: error: cannot read: Is a directory" check "$tmp"
bad 'no such file' "^tdxcpuid: $tmp/none: cannot be opened: No such file" check "$tmp/none"
bad 'module: a directory' "^$tmp:1:1: error: cannot read" caps --module "$tmp"
bad 'module: no such version' "^tdxcpuid: '1.0.03' is no TDX module; known: 1.5.01, .*1.5.20\*, .*2.0.18 " \
	caps --module 1.0.03
bad 'module: neither version nor file' "^tdxcpuid: '$tmp/none' is no TDX module and no file; known: " \
	caps --module "$tmp/none"
bad 'module: no such build' '784 = 1.5.08 .20240725., 813 = ' caps --module 'build_num 785'
bad 'module: the build of another' '784 = 1.5.08 .20240725., 813 = ' caps --module 1.5.05.46.784
(cd "$tmp" && echo '{}' >1.5 && ! "$tool" caps --module 1.5 >out 2>err &&
	grep -q "^tdxcpuid: '1.5' is no TDX module; known: " err)
result $? 'module: a number with dots is no file' "$tmp/err"
rm -f "$tmp/1.5"
bad 'cpu: no such name' '^tdxcpuid: .skl. is no CPU and no file; known: native, spr, emr, gnr, milan, genoa, turin$' caps --cpu skl
bad 'dump: no such file' '^tdxcpuid: none.txt: cannot be opened' dump --cpu none.txt
bad 'policy: no such name' "--policy: there is no 'deny'; known: allowlist, linux-7.3, none" caps --policy deny
bad 'no verb' '^  explain  .* '
bad 'unknown verb' "unknown verb 'chekc'; did you mean 'check'" chekc
bad 'help: unknown verb' "unknown verb 'dif'; did you mean 'diff'" help dif
bad 'unknown option' "unrecognized option '--modlue=1.5.34'; did you mean '--module'" caps --modlue=1.5.34
bad 'module: a slip' "'1,5.34' is no TDX module and no file; did you mean '1.5.34'" caps --module 1,5.34
bad 'request: a slip' "is called 'wiatpkg'; did you mean 'waitpkg'" request +wiatpkg
bad 'request: a family' "'TSX' is several bits, name those that are meant: hle rtm rtm_always_abort " request +TSX
bad 'request: no change' "unexpected argument 'hle'; expected \+BIT or -BIT" request hle
bad 'request: no number' "--xfam: 'foo' is no number" request --xfam foo
bad 'request: no CPU' 'the CPU of this host is not known' request --host data/host-unknown.json
bad 'unknown option' "unrecognized option '--jsn'" caps --jsn
bad 'unknown letter' "invalid option -- 'x'" caps -x
bad 'option without its argument' "requires an argument" caps --module
bad 'option of another verb' "unrecognized option '--module'" decode --module 1.5.05 0
bad 'caps: an argument' "unexpected argument 'it'; expected no arguments" caps it
bad 'check: no argument' 'expected REQUEST' check
bad 'check: two arguments' "unexpected argument 'b'; expected REQUEST" check a b
bad 'check: --batch and --vcpu' 'goes without --vcpu' check --batch --vcpu a b
bad 'check: --snp-page and REQUEST' 'stands instead of REQUEST' check --snp-page a --vcpu b c
bad 'check: --snp-page and a module' 'without --module' check --snp-page a --module 1.5.34
bad 'check: --snp-page and --kvm' 'without --module' check --snp-page a --kvm
bad 'check: --corrected without a CPU' 'needs --snp-page, and --cpu or --host' check --snp-page a --corrected b
bad 'check: --corrected of a request' 'needs --snp-page, and --cpu or --host' check --cpu milan --corrected b a
bad 'check: --supported and REQUEST' 'stands instead of REQUEST' check --supported a --vcpu b c
bad 'check: --supported alone' 'needs a --vcpu' check --supported a
bad 'check: --supported and a host' 'goes with --vcpu and --json only' check --supported a --vcpu b --kvm
bad 'check: --supported in a batch' 'batch goes without' check --supported a --batch
bad 'supported: no such file' '^tdxcpuid: none: cannot be opened' check --supported none --vcpu data/vcpu-waitpkg.txt
bad 'supported: a request' '^data/lost.txt:1:1: error: a request for KVM_TDX_INIT_VM' check --supported data/lost.txt --vcpu data/vcpu-waitpkg.txt
bad 'supported: strace of a vCPU' '^data/vcpus/strace.txt:1:1: error: the list of a vCPU' check --supported data/vcpus/strace.txt --vcpu data/vcpu-waitpkg.txt
bad 'supported: no such vCPU' '^tdxcpuid: none: cannot be opened' check --supported data/supported-spr.txt --vcpu none
bad 'snp-page: no such file' '^tdxcpuid: none: cannot be opened' check --snp-page none --vcpu data/vcpu-waitpkg.txt
bad 'snp-page: text' '^data/lost.txt:1:1: error: not the CPUID page' check --snp-page data/lost.txt --vcpu data/vcpu-waitpkg.txt
bad 'decode: half of a report of QEMU' 'function, index and registers' decode 'SEV-SNP: CPUID validation failed for function 0x7, index: 0x0, provided: eax:0x0'
bad 'snp-page: an unknown CPU' '^tdxcpuid: .rome. is no CPU and no file' check --snp-page data/snp-page.bin --cpu rome
bad 'snp-page: an unreadable vCPU' '^tdxcpuid: none: cannot be opened' check --snp-page data/snp-page.bin --vcpu none
bad 'snp-page: a host without a CPU' 'the CPU of this host is not known' check --snp-page data/snp-refused.bin --host data/host-unknown.json
bad 'snp-page: nowhere to write to' '^tdxcpuid: /none/page: cannot be written' check --snp-page data/snp-refused.bin --cpu milan --corrected /none/page
bad 'snp-page: empty' '^/dev/null:1:1: error: not the CPUID page' check --snp-page /dev/null --vcpu data/vcpu-waitpkg.txt
bad 'check: unknown mode' "--mode: there is no 'stern'" check --mode stern a
bad 'vcpu: no such file' '^tdxcpuid: none: cannot be opened' check --vcpu none data/label-trick.txt
bad 'quiet does not hide a bad option' "--mode: there is no 'x'" check -q --mode x -
bad 'explain: no such bit' "is called 'xyzzy'; try a spelling" explain xyzzy
bad 'explain: a near miss' "is called 'waitpk'; did you mean 'waitpkg'\?" explain waitpk
bad 'explain: the beginning of one name' "is called 'waitp'; did you mean 'waitpkg'\?" explain waitp
bad 'explain: two letters are no family' "is called 'bm'; try" explain bm
bad 'explain: letters swapped' "did you mean 'amx_tile'" explain AMX-TIEL
bad 'explain: near an attribute' "did you mean 'PERFMON'" explain perfmom
bad 'explain: near a flag' "did you mean 'user_shstk'" explain user_shtk
bad 'explain: the second of three' "is called 'hlee'" explain hle hlee rtm
bad 'explain: empty' "is called ''" explain ''
bad 'explain: place and name contradict' 'no CPUID bit' explain 'CPUID.07H:EBX.avx10'
bad 'explain: bit 32' "no CPUID bit" explain 7.0.ecx.32
bad 'explain: no such register' "no CPUID bit" explain 7.0.efx.3
bad 'explain: leaf over 32 bits' "no CPUID bit" explain 100000000.eax.1
bad 'explain: which subleaf' 'has subleaves: which one, as in 0x7.0.ecx\?' explain 7.ecx.5
bad 'explain: which subleaf, of a register' 'has subleaves: which one, as in 0x7.0.ecx\?' explain 7.ecx
bad 'explain: a subleaf of a leaf without' 'leaf 0x1 has no subleaves; did you mean 0x1.ecx.28\?' explain 1.1.ecx.28
bad 'explain: the same as others write it' 'did you mean 0x1.ecx.5\?' explain 'CPUID.(EAX=01H,ECX=1):ECX[5]'
bad 'explain: the same of a register' 'leaf 0x80000008 has no subleaves; did you mean 0x80000008.eax\?' explain 80000008.1.eax
bad 'explain: a leaf' '7 is a leaf; name a register, as in 0x7.0.eax$' explain 7
bad 'explain: a leaf that is a letter' 'd is a leaf; name a register, as in 0xd.0.eax$' explain d
bad 'explain: a leaf with its subleaf' '0x18.0 is a leaf; name a register, as in 0x18.0.eax$' explain 0x18.0
bad 'explain: a leaf without subleaves' '1.0 is a leaf; name a register, as in 0x1.eax$' explain 1.0
bad 'explain: a leaf with a subleaf too many' 'leaf 0x1 has no subleaves; did you mean 0x1.eax\?' explain 1.3
bad 'explain: no leaf, but a word' "is called 'bad'; try" explain bad
bad 'diff: one module' 'expected A B' diff 1.5.05
bad 'diff: no such module' "^tdxcpuid: '3.0.01' is no TDX module; known: " diff 1.5.05 3.0.01
bad 'decode: a word' "'ok' is no number" decode ok
bad 'decode: four numbers' "unexpected argument '4'; expected STATUS .RCX" decode 1 2 3 4
bad 'decode: negative' "'-- -1'|no number" decode -- -1
bad 'decode: over 64 bits' 'no number' decode 0x10000000000000000
bad 'decode: 21 digits' 'no number' decode 184467440737095516160

# module JSON PATTERN NAME
module()
{
	printf '%s' "$1" >"$tmp/module"
	bad "module: $3" "^$tmp/module:$2" caps --module "$tmp/module"
}
zero='"config_direct":{},"allow_direct":{}'
module '' '1:1: error: the input is empty' 'empty'
module '[]' '1:1: error: expected an object' 'an array'
module '{}' "1:1: error: 'version' must be" 'no version'
module '{"version":7,"cpuid_config":[]}' "1:12: error: 'version' must be" 'version no string'
module '{"version":"a b","cpuid_config":[]}' "1:12: error: 'version' must be" 'version with a blank'
module '{"version":"x"}' "1:1: error: 'cpuid_config' must be" 'no slots'
module '{"version":"x","cpuid_config":{}}' "1:31: error: 'cpuid_config' must be" 'slots no array'
module '{"version":"x","cpuid_config":[1]}' '1:32: error: expected an object' 'slot no object'
module '{"version":"x","cpuid_config":[{"subleaf":null}]}' "1:32: error: 'leaf' is missing" 'slot without leaf'
module '{"version":"x","cpuid_config":[{"leaf":1}]}' "1:32: error: 'subleaf' is missing" 'slot without subleaf'
module '{"version":"x","cpuid_config":[{"leaf":1,"subleaf":null,"config_direct":{}}]}' "1:32: error: a slot needs" 'slot without masks'
module "{\"version\":\"x\",\"cpuid_config\":[{\"leaf\":-1,\"subleaf\":null,$zero}]}" "1:40: error: 'leaf' must be" 'negative leaf'
module '{"version":"x","cpuid_config":[{"leaf":1,"subleaf":null,"config_direct":{"eax":"0x100000000"},"allow_direct":{}}]}' "1:80: error: 'eax' must be" 'mask over 32 bits'
module "{\"version\":\"x\",\"cpuid_config\":[{\"leaf\":1,\"subleaf\":null,$zero},{\"leaf\":\"0x1\",\"subleaf\":4294967295,$zero}]}" '1:95: error: a second slot' 'slot twice'
module '{"version":"x","xfam_fixed0":"abc","cpuid_config":[]}' "1:30: error: 'xfam_fixed0' must be" 'field no number'
module '{"version":"x","cpuid_lookup":[{"leaf":1,"subleaf":0},{"leaf":1,"subleaf":0}],"cpuid_config":[]}' '1:55: error: a second entry' 'look-up entry twice'
module '{"version":"x","cpuid_lookup":[],"cpuid_config":[]}' '1:31: error: leaf 0x0, without subleaf, is missing' 'empty look-up'
module '{"version":"x","cpuid_lookup":[{"leaf":0,"subleaf":null}],"cpuid_config":[]}' '1:31: error: leaf 0x80000000, without subleaf, is missing' 'look-up without 0x80000000'
module '{"version":"x","cpuid_lookup":[{"leaf":1,"subleaf":null},{"leaf":0,"subleaf":null,"faulting":true}],"cpuid_config":[]}' '1:58: error: leaf 0x0, without subleaf, must not be faulting' 'look-up that faults on 0'
module "{\"version\":\"x\",\"cpuid_config\":[{\"leaf\":0,\"subleaf\":0,$zero}]}" '1:32: error: leaf 0x0 has no subleaf' 'slot with a subleaf of leaf 0'
module '{"version":"x","cpuid_lookup":[{"leaf":0,"subleaf":0},{"leaf":"0x80000000","subleaf":null}],"cpuid_config":[]}' '1:31: error: leaf 0x0' 'leaf 0 with a subleaf'
module "{\"version\":\"x\",\"cpuid_config\":[{\"leaf\":7,\"subleaf\":0,$zero},{\"leaf\":7,\"subleaf\":null,$zero}]}" '1:92: error: a slot for this leaf both with and without' 'slots with and without subleaf'
module '{"version":"x","xfam_masks":{"xfam_mask_7":{}},"cpuid_config":[]}' '1:44: error: expected a name like' 'XFAM mask misnamed'
{ printf '{"version":"x","cpuid_config":['; i=0; while [ $i -lt 48 ]; do printf '{"leaf":4,"subleaf":%d,%s},\n' $i "$zero"; i=$((i + 1)); done
	printf '{"leaf":5,"subleaf":0,%s}]}' "$zero"; } >"$tmp/module"
bad 'module: 49 slots' "^$tmp/module:49:1: error: a TDX module has at most 48 slots" caps --module "$tmp/module"

bad 'module: what there is' '^a module is a version, or .*; see tdxcpuid-formats\(5\)' caps --module data/lost.txt
bad 'host: what there is' '^a host is what tdxcpuid dump writes; see tdxcpuid-formats\(5\)' caps --host data/lost.txt
bad 'request: what there is' '^a request is text or JSON; .* strace -v .* kvm_cpuid; see tdxcpuid-formats\(5\)' check tap.sh
bad 'vcpu: what there is' '^a request is text or JSON; .* strace -v .* kvm_cpuid; see tdxcpuid-formats\(5\)' check --vcpu data/host-unknown.json data/lost.txt

# host KEY VALUE PLACE NAME: a host with that, wherever one is read.
host()
{
	sed "s/\"$1\": [^,]*/\"$1\": $2/" data/host-1.5.05.json >"$tmp/host"
	bad "host: $4" "^$tmp/host:$3" caps --host "$tmp/host"
	bad "export: $4" "^$tmp/host:$3" export prometheus --host "$tmp/host"
	bad "baseline: $4" "^$tmp/host:$3" baseline "$tmp/host"
	bad "fits: $4" "^$tmp/host:$3" fits data/lost.txt "$tmp/host"
}
host schema 2 "2:12: error: a dump of another schema than 1" 'another schema'
host schema '"1"' "2:12: error: a dump of another schema than 1" 'schema no number'
host module 7 "[0-9:]+: error: 'module' must be null or a string" 'module no string'
host kernel '""' "[0-9:]+: error: 'kernel' must be null or a string" 'kernel empty'
host gpaw52 '"yes"' "[0-9:]+: error: 'gpaw52' must be true, false or null" 'gpaw52 no boolean'

# cpu JSON PATTERN NAME
cpu()
{
	printf '%s' "$1" >"$tmp/cpu"
	bad "cpu: $3" "^$tmp/cpu:$2" caps --cpu "$tmp/cpu"
}
cpu '' '1:1: error: the input is empty' 'empty'
cpu '{}' "1:1: error: 'cpuid' must be an object" 'no leaves'
cpu '{"profiles":{}}' '1:1: error: a list of profiles' 'all profiles'
cpu '{"cpuid":{"x":[0,0,0,0]}}' '1:15: error: a leaf is named' 'leaf misnamed'
cpu '{"cpuid":{"7.":[0,0,0,0]}}' '1:16: error: a leaf is named' 'subleaf missing'
cpu '{"cpuid":{"7":[0,0,0]}}' '1:15: error: expected \[eax' 'three registers'
cpu '{"cpuid":{"7":[0,0,0,4294967296]}}' '1:22: error: a register must be' 'register over 32 bits'
cpu '{"cpuid":{"7":[0,0,0,0],"7":[1,1,1,1]}}' '1:[0-9]+: error: duplicate' 'leaf twice'
cpu '{"cpuid":{"a":[0,0,0,0],"0A":[1,1,1,1]}}' '1:30: error: the leaf is there already' 'leaf twice, spelt otherwise'
cpu '{"cpuid":{},"ia32_arch_capabilities":-1}' "1:38: error: 'ia32_arch_capabilities' must be" 'negative field'

cpu '7 0 1 0 0 0 0' '1:1: error: this is no CPU in a format' 'a vCPU list'
cpu '[   10.41] virt/tdx: TDX module' '1:1: error: this is no CPU in a format' 'a log'
cpu '   0x00000001 0x00: eax=0x000806f8' '1:35: error: a line of cpuid -r' 'cpuid -r cut'
cpu '   0x00000001 0x00: eax=0x1 ebx=0x2 ecx=0x3 edx=0x4' '1:28: error: a line of cpuid -r' 'cpuid -r, one digit'
cpu '0x00000007: subleafs:' '1:1: error: there is no leaf' 'kcpuid -r cut'
cpu '0x00000001: EAX=0x000806f8, EBX=' '1:33: error: a line of kcpuid -r' 'kcpuid -r cut in a line'
cpu 'CPUID 00000001: 000806F8-00800800' '1:34: error: a line of CPUID' 'InstLatx64 cut'
cpu "<cpudata arch='x86'>" '1:21: error: no element found' 'cpudata cut'
cpu "<cpudata arch='x86'/>" '1:1: error: there is no leaf' 'cpudata empty'
cpu "<cpudata arch='arm'/>" '1:1: error: this is the CPU of another architecture' 'cpudata of another architecture'
cpu '<capabilities/>' '1:1: error: <cpudata' 'other XML'
cpu "<cpudata arch='x86'>
<cpuid eax_in='0x1' eax='0x1' ebx='0x2' ecx='0x3'/></cpudata>" "2:1: error: 'edx' must be there" 'cpudata without EDX'
cpu "<cpudata arch='x86'><cpuid eax_in='1'/></cpudata>" "1:21: error: 'eax_in' must be" 'cpudata in decimal'
cpu "<cpudata arch='x86'><a/></cpudata>" '1:21: error: <cpudata> has' 'cpudata with something else'
cpu '<!DOCTYPE a [<!ENTITY b "c">]><cpudata/>' '1:13: error: <cpudata> has no document type' 'cpudata with entities'
{ i=0; while [ $i -lt 1025 ]; do printf '0x%08x 0x00: eax=0x00000000 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n' $i
	i=$((i + 1)); done; } >"$tmp/cpu"
bad 'cpu: 1025 leaves' "^$tmp/cpu:1025:1: error: more than 1024 leaves" caps --cpu "$tmp/cpu"
printf '0x00000001 0x00: eax=0x000806f8 ebx=0x00000000 ecx=0x00000000 edx=0x00000000' >"$tmp/cpu"
bad 'dump: nothing to write down' 'module 1.5.34 does not initialize on CPU cpu; tdxcpuid caps says why' dump --module 1.5.34 --cpu "$tmp/cpu"
printf 'no CPU' >"$tmp/cpu"
bad 'cpu: what there is' 'cpuid -r or kcpuid -r, InstLatx64.s text, or libvirt.s cpudata; see tdxcpuid-formats\(5\)' caps --cpu "$tmp/cpu"

# unwritten NAME ARG...: to a full disk and to a closed output, exit status 2 and why.
unwritten()
{
	name=$1
	shift
	for to in '>/dev/full' '>&-'; do
		eval '"$tool" "$@" <"$tmp/in" 2>"$tmp/err"' "$to"
		status=$?
		[ $status -eq 2 ] && grep -q 'standard output: ' "$tmp/err"
		result $? "$name $to" "$tmp/err"
	done
}
input '%b' "$header$gpaw"
unwritten check check -
unwritten 'check --json' check --json -
unwritten help --help
unwritten version --version
unwritten 'help of a verb' caps --help
unwritten completion completion zsh
unwritten caps caps
unwritten diff diff 1.5.08 1.5.09
unwritten explain explain waitpkg
unwritten decode decode 0

# raw NAME ARG...: no control character but line breaks comes out, in text, JSON and messages.
raw()
{
	name=$1
	shift
	"$tool" "$@" <"$tmp/in" >"$tmp/out" 2>&1
	cat -v "$tmp/out" >"$tmp/shown"
	[ -s "$tmp/out" ] && ! LC_ALL=C tr -d '\n -~' <"$tmp/out" | grep -q .
	result $? "raw: $name" "$tmp/shown"
}
evil=$(printf 'a\033[31m\302\233m\177\233z')
input 'attributes=0 xfam=3\n7 0 1 0 0 20 0 # \302\23331mX\177\033\n'
raw 'excerpt' check -
cp "$tmp/in" "$tmp/$evil"
raw 'file name' check "$tmp/$evil"
raw 'file name in JSON' check --json --vcpu "$tmp/$evil" data/captures/qemu-11.1.3-cpu-host/init_vm.txt
raw 'no such file' check "$evil"
raw 'verb' "$evil"
raw 'option' caps "--$evil"
raw 'letter' caps "-$(printf '\033')"
raw 'value of an option' caps --policy "$evil"
raw 'bit' explain "$evil"
raw 'number' decode "$evil"
raw 'module' caps --module "$evil"
raw 'fault' run --fail "$evil" -- true
raw 'program' run -- "$tmp/none/$evil"
input '{"id":"\177\302\233","attributes":0,"xfam":3,"cpuid":[]}\n'
raw 'id' check --batch -
raw 'id of one' check --json -
plan
