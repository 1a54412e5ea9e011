# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter reads uWSGI's ini files as uWSGI does.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter;

my $dir = File::Temp->newdir;
my $first = ini('first', <<'END');
; a router
[other]
fastrouter = 127.0.0.1:3018
fastrouter-use-base=/run/
[uwsgi]
# as in the documentation
master = true
plugins=fastrouter
  fastrouter   =   127.0.0.1:3017

fastrouter-use-pattern = /run/%%s/app.sock
fastrouter-cheap
fastrouter-quiet = off
fastrouter-timeout	=	3
END

sub ini {
	my ($name, $text) = @_;
	Heddle::write_file("$dir/$name.ini", $text);
	return "$dir/$name.ini";
}

my ($plain) = printed('--fastrouter', '127.0.0.1:3017', '--fastrouter-use-pattern', '/run/%s/app.sock', '--fastrouter-timeout', 3);
is((printed(@$_))[0], $plain, "@$_ is its options") for ['--ini', $first], ["--ini=$first"], [$first], ["$first:"],
	['--ini', "$first:uwsgi"], ['--', $first];
like((printed("$first:other"))[0], qr/3018(?s:.*)base: "\/run\/"/, 'FILE:section');
my ($both) = printed('--fastrouter-to', '/a', '--ini', "$first:other", '--ini', $first);
like($both, qr/3018"\n.*3017"$/m, 'two of them, in their order');
like($both, qr/pattern: .*\n.*base: .*\n.*nodes: \["\/a"\]/, 'with the options of the command line');
my $crlf = ini('crlf', "[uwsgi]\r\nfastrouter = :3017\r\nfastrouter-to = /a-b\r\nfastrouter-fallback-on-no-key = false\r\n");
like((printed($crlf))[0], qr/nodes: \["\/a-b"\]/, 'lines that end in CR LF');
like((printed(ini('cat', "[uwsgi]\nini = $first\nini = :other\n")))[0], qr/3017"\n.*3018"$/m, 'ini in an ini file');
my ($last, $told) = printed(ini('last', "[uwsgi]\nini = $first\nfastrouter-cheap = no\nfastrouter-timeout = 4"));
like($last, qr/idle_timeout: 4s/, 'the last one counts');
unlike($told, qr/cheap/, '... of a switch, too');

# Placeholders: keys that stand before, options or not, the environment, and parts of the path.
$ENV{HEDDLE_BASE} = '/env';
my $placed = ini('pla.ced', <<'END');
[uwsgi]
run = /run
set-placeholder = apps=%(run)/apps
run = /srv
fastrouter = 127.0.0.1:3017
fastrouter-use-base = %(apps)/%(fastrouter)/
fastrouter-to = %(run)/a
fastrouter-to = $(HEDDLE_BASE)/b
fastrouter-to = %d%s.sock
fastrouter-to = %p-%n-%e
fastrouter-force-key = 100%%%%
END
my ($document, $unknown) = printed('--set-ph', 'later=x', $placed);
like($document, qr{base: "/run/apps/127\.0\.0\.1:3017/"|pattern: "/run/apps/127\.0\.0\.1:3017/%s"}, 'keys before, and an option');
like($document, qr{"/srv/a", "/env/b", "\Q$dir\E/pla\.ced\.ini\.sock", "\Q$placed\E-pla\.ced-ini"}, 'the last value, the environment, the path');
like($document, qr/force: "100%%"/, 'percent signs');
unlike($unknown, qr/no option/, 'a key that a placeholder names is no mistake');
like((printed('-S', 'a=/cmd', ini('cmd', "[uwsgi]\nfastrouter = :3017\nfastrouter-to = %(a)\n")))[0], qr{"/cmd"}, 'one of the command line');
like(refused(2, ini('mis', "[uwsgi]\nfastrouter = :3017\nfastrouter-to = /a\nfastrouter-timeot = 3\n")), qr/mis\.ini:4: fastrouter-timeot: .*nearest is --fastrouter-timeout/, '  a key that none names');

# What is wrong has its line.
like(refused(2, ini('app', "[uwsgi]\nfastrouter = :3017\nwsgi-file = a.py\nnosuch = 1\n")),
	qr/app\.ini:3: wsgi-file: heddle runs no application(?s:.*)app\.ini:4: nosuch: no option/, '  by its line');
for (['= 1', 'no name of an option'], ['fastrouter-timeout', 'needs a value'], ['fastrouter-timeout =', 'needs a value'],
	['fastrouter-use-base = %k/', 'placeholders such as'], ['fastrouter-use-base = $(HEDDLE_NO_SUCH)', 'the environment has no such'],
	['fastrouter-use-base = %(nosuch)', 'no key before'], ['log-format = %(addr) %(method)', 'one log'], ['set-placeholder = a', 'write name=value'], ['for = a b', 'write what comes out'],
	['fastrouter-use-base = @(/etc/passwd)', 'is not read'], ['if-env = A', 'write what comes out'], ['ini = x://y', 'must be a file']) {
	like(refused(2, ini('bad', "[uwsgi]\n$_->[0]\n")), qr/bad\.ini:2: .*\Q$_->[1]\E/, "  $_->[0]");
}
like(refused(2, $first . ':nosuch'), qr/there is nothing in a section \[nosuch\]/, '  a section that is not there');
like(refused(2, ini('self', "[uwsgi]\nini = $dir/self.ini\n")), qr/too many files within each other/, '  a file that names itself');
like(refused(1, '--ini', "$dir"), qr/^fastrouter: \Q$dir\E: /m, '  a folder');
done_testing();
