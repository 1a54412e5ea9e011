#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The README's demonstration: with uWSGI and nginx where they are installed, and at the same time
# without them, as an ordinary user with 1,024 descriptors. It shows what it promises, its commands to
# try work, Ctrl-C ends all of it, nothing is left; and a step that fails is reported.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Basename qw(dirname);
use File::Temp;
use Heddle::Nginx qw(nginx_missing);
use Heddle::Uwsgi qw(uwsgi_missing);

time_limit(400);
my $dir = File::Temp->newdir('heddle-demo-test-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $script = Heddle::root() . '/t/demo.pl';
my $build = dirname(Heddle::binary());
my $path = "$ENV{PATH}:/usr/sbin:/usr/local/sbin";
my @nobody = $> == 0 && program('setpriv')
	? (program('setpriv'), '--reuid=65534', '--regid=65534', '--clear-groups') : ();
@nobody = () if @nobody && system("@nobody test -r $script -a -x $build/heddle") != 0;

# {pid, out}; env: variables; before: words before the command.
sub demo {
	my ($name, %o) = @_;
	my %d = (name => $name, out => "$dir/$name");
	$d{pid} = launch({ out => $d{out}, err => $d{out}, env => { PATH => $path, %{ $o{env} // {} } } },
		@{ $o{before} // [] }, $^X, $script, @{ $o{options} // [] }, $build);
	return \%d;
}

sub said { my ($d) = @_; return Heddle::read_file($d->{out}) }

sub runs { my ($pid) = @_; return Heddle::read_file("/proc/$pid/stat") =~ /\) [^ZX]/ }

# Processes that the overview names, the folder, and any process that has a file there.
sub left {
	my ($d) = @_;
	my ($folder) = said($d) =~ /^All files are in (\S+)$/m or return 'no folder was named';
	my @pids = said($d) =~ /^  \S.* pid (\d+) /mg;
	push @pids, map { m{/(\d+)/} && Heddle::read_file($_) =~ /\Q$folder\E/ ? $1 : () }
		glob '/proc/[0-9]*/cmdline';
	return join ' ', (-e $folder ? $folder : ()), grep { runs($_) } @pids;
}

sub nothing_left {
	my ($d) = @_;
	my $left;
	ok(until_true(sub { ($left = left($d)) eq '' }, 10), "$d->{name}: nothing is left") or diag($left);
}

sub shown {
	my ($d) = @_;
	my $said = said($d);
	is(scalar(my @jobs = $said =~ /^JOB \d of 4/mg), 4, "$d->{name}: four jobs")
		or diag($said);
	my @counts = $said =~ /300 connections: (.*)/g;
	is_deeply([@counts[0, 2 .. 4]], ['one 100, two 100, three 100; failed 0',
		'one 100, two 100, three 100; failed 0', 'one 150, two 50, three 50, four 50; failed 0',
		'one 120, two 60, three 60, four 60; failed 0'], '  the balancer');
	like($counts[1], qr/two 0, .*; failed 0/, '  nobody notices that a server dies');
	like($said, qr/router 2 knows 0 instances.*router 2 knows 3 instances/s, '  the fan-out');
	like($said, qr/before: status 404.*40 requests for news\.demo: news1 40; failed 0/s, '  a site');
	is(scalar(my @runs = $said =~ /^  \S.* pid \d+ +127\.0\.0\.1:\d+/mg), 12, '  what runs where');
}

# Each line to try, but for the one that does not end.
sub try_all {
	my ($d) = @_;
	my ($lines) = said($d) =~ /^Try\n\n(.*?)\n\n/ms;
	my %said = map { s/\t\(.*//; ($_ => /^tail/ ? '' : scalar qx($_ 2>/dev/null)) } split /^ +|\n */, $lines;
	delete $said{''};
	my $all = join "\n", map { "$_\n$said{$_}" } sort keys %said;
	is(scalar(keys %said), 9, "$d->{name}: commands to try");
	like($all, $_, '  an answer') for qr{127\.0\.0\.1:\d+/\nhello from (?:one|two|three|four)$}m,
		qr{/_v1/stats\n\{.*"services"}s, qr{backends/one\n\{.*"state": ?"drain"}s,
		qr{demo' http\S+\nhello from shop[12]$}m, qr{/known\n.*"news\.demo".*"shop\.demo"|/known\n.*"shop\.demo".*"news\.demo"}s,
		qr{/subscribed/apps\n.*"blog\.demo"}s, qr{-s reload\n.*nothing changed}s;
}

my @demos = (demo('complete'), demo('bare', env => { PATH => '/nowhere' },
	before => [@nobody, '/bin/sh', '-c', 'ulimit -n 1024 && exec "$@"', 'sh']));
for my $d (@demos) {
	ok(until_true(sub { said($d) =~ /goes on until Ctrl-C/ || defined reap($d->{pid}) }, 90),
		"$d->{name}: it comes to its end");
	shown($d);
}
is(scalar(() = said($demos[0]) =~ /not installed/g), (uwsgi_missing('python3') ne '') + (nginx_missing() ne ''),
	'what is installed takes part');
is(scalar(() = said($demos[1]) =~ /not installed/g), 2, '... and small programs where it is not');
SKIP: {
	skip 'curl is not installed', 1 if !program('curl');
	try_all($_) for @demos;
}
for my $d (@demos) {
	is(end_child($d->{pid}, 'INT', 60), 0, "$d->{name}: Ctrl-C ends it") or diag(said($d));
	nothing_left($d);
}

my $short = demo('short', options => ['--exit']);
is(reap($short->{pid}, 90), 0, '--exit ends it after the last job');
shown($short);
nothing_left($short);

# A heddle that does not balance as the configuration says, and none at all.
Heddle::write_file("$dir/heddle", "#!/bin/sh\nsed -i s/round_robin/first/ \"\$2\"\nexec "
	. Heddle::binary() . " \"\$\@\"\n");
chmod 0755, "$dir/heddle";
my $wrong = demo('wrong', env => { HEDDLE => "$dir/heddle" });
is((reap($wrong->{pid}, 90) // -1) >> 8, 1, 'a step that fails ends it with status 1');
like(said($wrong), qr/did not do what it says: Three small.*expected: each server has 100\n +seen: 300 connections: one 300,/s,
	'... and it is named, with what was expected and seen');
my $none = demo('none', env => { HEDDLE => '/bin/false' });
is((reap($none->{pid}, 90) // -1) >> 8, 1, 'no heddle: status 1');
like(said($none), qr/^demo: heddle did not get ready: it ended$/m, '... and it is said');
done_testing();
