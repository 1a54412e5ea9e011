# SPDX-License-Identifier: BSD-2-Clause
# PostgreSQL behind `balance: first`: transactions through reloads, a death and a return.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use IPC::Open3;

my ($bin) = reverse sort glob '/usr/lib/postgresql/*/bin';
$bin //= (program('initdb') // '') =~ s{/initdb$}{}r;
plan(skip_all => 'needs PostgreSQL (Debian: postgresql)') if !-x "$bin/initdb";
my $owner = $> ? $> : getpwnam('postgres');
plan(skip_all => 'needs the user postgres') if !$owner;
my $events = 0;

on_each_event(sub {
	plan(skip_all => 'once is enough') if $events++;
	my $folder = File::Temp->newdir;
	chown $owner, -1, $folder;
	my @there = map { { name => $_, port => free_port, dir => "$folder/$_" } } qw(first second);
	$_->{address} = "127.0.0.1:$_->{port}" for @there;
	initialise($_) for @there;
	my $port = free_port;
	my $yaml = sub { "services:\n  pg:\n    listen: 127.0.0.1:$port\n    balance: first\n"
		. "    passive: {failures: 1, retry: 300ms}\n    connect_timeout: $_[0]\n"
		. "    backends: [${\named(@there)}]\n" };
	start_server($there[1]);
	my $h = heddle($yaml->('2s'));
	my $b = session($port, $h->dir);
	is($b->("select current_setting('port')"), $there[1]{port},
		'the first is dead: the second');
	is($b->("create table t(n int); begin; insert into t values (1); select 'open'"), 'open',
		'a transaction with the second');
	start_server($there[0]);
	ok($h->wait_log(qr/pg\/first: Backend is back/), 'the first is there');
	my $a = session($port, $h->dir);
	is($a->("select current_setting('port')"), $there[0]{port}, 'who comes now is with it');
	is($a->("create table t(n int); begin; insert into t values (2); select 'open'"), 'open',
		'a transaction with the first');
	for my $turn (1 .. 5) {
		my ($code, $out) = $h->reload($yaml->(3 + $turn . 's'));
		is($code, 0, "reload $turn") or diag($out);
	}
	is($a->("insert into t values (3); commit; select sum(n) from t"), 5, 'it is committed');
	is($b->("insert into t values (4); select sum(n) from t"), 5, 'the other is still open');
	is($a->("begin; insert into t values (7); select 'open'"), 'open',
		'one more with the first');
	end_child(delete $there[0]{pid}, 'QUIT');
	is($a->("select 1"), '', 'the first dies, and with it its transaction');
	is($b->("insert into t values (5); commit; select sum(n) from t"), 10, 'the other commits');
	$a = session($port, $h->dir);
	is($a->("select sum(n) from t"), 10, 'who comes now is with the second');
	$_->() for $a, $b;
	end_child($there[1]{pid}, 'INT');
	$h->finish;
});

sub as_owner { return if $>; $) = "$_[0] $_[0]"; $( = $_[0]; ($<, $>) = ($owner, $owner) }

sub run_as_owner {
	my ($dir, @command) = @_;
	return launch({ out => "$dir.log", err => "$dir.log",
		before => sub { chdir '/'; as_owner((getpwuid $owner)[3]) } }, @command);
}

sub initialise {
	my ($server) = @_;
	my $pid = run_as_owner($server->{dir}, "$bin/initdb", '-N', '-A', 'trust', '-U', 'test',
		'-D', $server->{dir});
	my $status = reap($pid, 60);
	end_child($pid);
	die Heddle::read_file("$server->{dir}.log") if $status;
}

sub start_server {
	my ($server) = @_;
	$server->{pid} = run_as_owner($server->{dir}, "$bin/postgres", '-D', $server->{dir},
		'-p', $server->{port}, '-h', '127.0.0.1', '-k', '', '-F');
	until_true(sub { Heddle::read_file("$server->{dir}.log") =~ /ready to accept connections/ },
		20)
		or die Heddle::read_file("$server->{dir}.log");
}

# A psql that stays: code that runs statements and gives the last line; without any it ends.
sub session {
	my ($port, $dir) = @_;
	local $ENV{PGCONNECT_TIMEOUT} = 5;
	my $out = "$dir/psql." . int rand 1e9;
	pipe(my $r, my $w) or die "pipe: $!";
	$w->autoflush(1);
	my $pid = launch({ out => $out, err => "$out.err", before => sub { open STDIN, '<&', $r } },
		"$bin/psql", '-XAtq', '-h', '127.0.0.1', '-p', $port, '-U', 'test', 'postgres');
	my $turn = 0;
	return sub {
		my ($sql) = @_;
		close $w, return end_child($pid) if !defined $sql;
		my $before = length Heddle::read_file($out);
		$turn++;
		local $SIG{PIPE} = 'IGNORE';
		print $w "$sql;\n\\echo end $turn\n";
		until_true(sub { Heddle::read_file($out) =~ /^end $turn$/m || defined reap($pid) },
			10);
		my @lines = split /\n/, substr Heddle::read_file($out), $before;
		pop @lines if @lines && $lines[-1] =~ /^end/;
		return $lines[-1] // '';
	};
}
