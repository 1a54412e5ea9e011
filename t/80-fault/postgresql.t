# SPDX-License-Identifier: BSD-2-Clause
# PostgreSQL behind `balance: first`: transactions through reloads, a death and a return.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use Heddle::Postgresql qw(postgresql postgresql_missing postgresql_program);

plan(skip_all => postgresql_missing()) if postgresql_missing();
my $events = 0;

on_each_event(sub {
	plan(skip_all => 'once is enough') if $events++;
	my @there = map { postgresql($_) } qw(first second);
	my $port = free_port;
	my $yaml = sub { "services:\n  pg:\n    listen: 127.0.0.1:$port\n    balance: first\n"
		. "    passive: {failures: 1, retry: 300ms}\n    connect_timeout: $_[0]\n"
		. "    backends: [${\named(@there)}]\n" };
	$there[1]->start;
	my $h = heddle($yaml->('10s'));
	my $b = session($port, $h->dir);
	is($b->("select current_setting('port')"), $there[1]{port},
		'the first is dead: the second');
	is($b->("create table t(n int); begin; insert into t values (1); select 'open'"), 'open',
		'a transaction with the second');
	$there[0]->start;
	ok($h->wait_log(qr/pg\/first: Backend is back/), 'the first is there');
	my $a = session($port, $h->dir);
	is($a->("select current_setting('port')"), $there[0]{port}, 'who comes now is with it');
	is($a->("create table t(n int); begin; insert into t values (2); select 'open'"), 'open',
		'a transaction with the first');
	for my $turn (1 .. 5) {
		my ($code, $out) = $h->reload($yaml->(10 + $turn . 's'));
		is($code, 0, "reload $turn") or diag($out);
	}
	is($a->("insert into t values (3); commit; select sum(n) from t"), 5, 'it is committed');
	is($b->("insert into t values (4); select sum(n) from t"), 5, 'the other is still open');
	is($a->("begin; insert into t values (7); select 'open'"), 'open',
		'one more with the first');
	$there[0]->stop('QUIT');
	is($a->("select 1"), '', 'the first dies, and with it its transaction');
	is($b->("insert into t values (5); commit; select sum(n) from t"), 10, 'the other commits');
	$a = session($port, $h->dir);
	is($a->("select sum(n) from t"), 10, 'who comes now is with the second');
	$_->() for $a, $b;
	$there[1]->stop;
	$h->finish;
});

# A psql that stays: code that runs statements and gives the last line; without any it ends.
sub session {
	my ($port, $dir) = @_;
	local $ENV{PGCONNECT_TIMEOUT} = 30;
	my $out = "$dir/psql." . int rand 1e9;
	pipe(my $r, my $w) or die "pipe: $!";
	$w->autoflush(1);
	my $pid = launch({ out => $out, err => "$out.err", before => sub { open STDIN, '<&', $r } },
		postgresql_program('psql'), '-XAtq', '-h', '127.0.0.1', '-p', $port, '-U', 'test', 'postgres');
	my $turn = 0;
	return sub {
		my ($sql) = @_;
		close $w, return end_child($pid) if !defined $sql;
		my $before = length Heddle::read_file($out);
		$turn++;
		local $SIG{PIPE} = 'IGNORE';
		print $w "$sql;\n\\echo end $turn\n";
		until_true(sub { Heddle::read_file($out) =~ /^end $turn$/m || defined reap($pid) },
			30);
		my @lines = split /\n/, substr Heddle::read_file($out), $before;
		pop @lines if @lines && $lines[-1] =~ /^end/;
		return $lines[-1] // '';
	};
}
