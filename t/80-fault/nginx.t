# SPDX-License-Identifier: BSD-2-Clause
# nginx behind round_robin under wrk, while workers are killed with -9 and stopped.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $nginx = program('nginx') or plan(skip_all => 'needs nginx');
my $wrk = program('wrk') or plan(skip_all => 'needs wrk');

on_each_event(sub {
	my ($port, $a, $b) = (free_port, free_port, free_port);
	my $h = heddle(<<"YAML", workers => 3);
access_log: none
services:
  web: {listen: "127.0.0.1:$port", backends: ["127.0.0.1:$a", "127.0.0.1:$b"]}
YAML
	my $server = start_nginx($h->dir, $a, $b);
	like(page($port), qr/^(?:$a|$b)\z/, 'nginx answers');
	my $out = $h->dir . '/wrk';
	my $pid = launch({ out => $out, err => $out }, $wrk, '-t1', '-c16', '-d100s',
		'--timeout', '30s', '-H', 'Connection: close', "http://127.0.0.1:$port/");
	my $running = sub {
		my $at = served($h);
		return $h->wait_for(sub { served($h) > $at + 200 }, 5, 'traffic');
	};
	$running->();
	for my $turn (1 .. 3) {
		my ($victim) = $h->worker_pids;
		$h->kill_worker($victim);
		ok($running->(), "traffic goes on after kill $turn");
		$h->wait_for(sub { $h->worker_pids == 3 }, 5, 'a successor');
	}
	my ($victim) = $h->worker_pids;
	$h->kill_worker($victim, 'STOP');
	ok($running->(), 'traffic goes on with a stopped worker');
	like(page($port), qr/^(?:$a|$b)\z/, 'and so for who comes now') for 1 .. 8;
	$h->kill_worker($victim, 'CONT');
	ok($running->(), 'traffic goes on when it is back');
	kill 'INT', $pid;	# which ends it with its report
	is(reap($pid, 20), 0, 'wrk ends');
	my $text = Heddle::read_file($out);
	note($text);
	my ($connect, $read, $write, $late) =
		$text =~ /connect (\d+), read (\d+), write (\d+), timeout (\d+)/;
	cmp_ok(($connect // 0) + ($late // 0), '==', 0,
		'nobody was refused, nobody waited for ever');
	cmp_ok(($read // 0) + ($write // 0), '<=', 3 * 16, 'at most those in progress failed');
	my @totals = map { $h->backend('web', "127.0.0.1:$_")->{sessions_total} } $a, $b;
	cmp_ok(abs($totals[0] - $totals[1]), '<=', 3 * 16 + 1, 'each had its half');
	end_child($server, 'QUIT');
	$h->finish(alerts => 1);
});

sub served { my ($h) = @_; return ($h->service('web') // {})->{sessions_total} // 0 }

sub page {
	my ($port) = @_;
	return (Heddle::Http::request("127.0.0.1:$port", 'GET', '/'))[1];
}

sub start_nginx {
	my ($dir, @ports) = @_;
	my $servers = join '', map {
		"server { listen 127.0.0.1:$_; location / { return 200 '$_'; } }\n" } @ports;
	Heddle::write_file("$dir/nginx.conf",
		"daemon off;\npid $dir/nginx.pid;\nerror_log stderr;\n"
		. "events { worker_connections 1024; }\nhttp { access_log off;\n"
		. join('', map { "${_}_temp_path $dir/$_;\n" }
			qw(client_body proxy fastcgi uwsgi scgi))
		. "$servers}\n");
	my $pid = launch({ out => "$dir/nginx.out", err => "$dir/nginx.out" }, $nginx, '-c',
		"$dir/nginx.conf");
	until_true(sub { client($ports[-1]) }) or die Heddle::read_file("$dir/nginx.out");
	return $pid;
}
