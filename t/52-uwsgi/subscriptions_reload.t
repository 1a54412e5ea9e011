# SPDX-License-Identifier: BSD-2-Clause
# Scenario R2: a node reloads under load (unbit/uwsgi#438, #560). Real instances A and B behind
# nginx; A is reloaded by touch-reload, ended gracefully, and killed.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(reap);
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);
use Time::HiRes qw(time);

my $missing = nginx_missing() || uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;
my $connections = 8;

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-subscribe-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	Heddle::write_file("$dir/touched", '');
	my $s = subscribed(server => 'tolerance: 600s', workers => 2);
	my ($A, $B) = map { uwsgi_instance('a.test', announce => $s->server, every => 3600, options => ['--processes', 2,
		'--listen', 100, '--master-fifo', "$dir/fifo$_", $_ == 1 ? ('--touch-reload', "$dir/touched") : ()]) } 1 .. 2;
	ok($s->wait_nodes(2), 'A and B are subscribed');
	my $web = nginx(['127.0.0.1:' . $s->port]);
	my ($port) = $web->address =~ /:(\d+)/;
	my $load;
	my $begin = sub {
		$load = load($port, connections => $connections, until_eof => 1, patience => 20,
			ask => "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n", answer => qr/\AHTTP\S+ 200 .*\r\n\r\n([\d.:]+)/s);
		$load->wait_for(64);
	};
	my $end = sub {
		my ($words, $most) = @_;
		$load->wait_for(64);
		my $result = $load->stop;
		cmp_ok(Heddle::Load::failed($result), '<=', $most, "$words: $result->{ok} requests, at most $most failed")
			or diag(explain($result));
		return $result->{names};
	};
	my $ended = sub { return $s->heddle->counter('ended_total') };
	$begin->();
	my $at = int time;
	# what is touched once more when A runs again is another reload
	ok(until_true(sub { utime $at, ++$at, "$dir/touched"; $A->output =~ /has been touched/ }, 20), 'A is told to reload');
	ok(until_true(sub { $A->output =~ /gracefully \(RE\)spawned/ }, 20), '... and does');
	# A worker of uWSGI that HUP finds between accept() and its first read ends with the client it has
	# accepted (docs/decisions.md): one for each of A's two, at most, and nobody elsewhere.
	is(keys %{ $end->('touch-reload', 2) }, 2, '... both have answered');
	is(join(' ', grep { $_ ne $A->address } map { $_->{address} } $s->lost($ended->())), '', '... B has lost none');

	$begin->();
	open my $fifo, '>', "$dir/fifo1" or die "$!";
	syswrite $fifo, 'q';
	ok($s->wait_nodes(1), 'A is ended gracefully: it unsubscribes');
	my $gone = time;
	ok(defined reap($A->pid, 20), '... and is gone');
	close $fifo;
	# what it had not accepted yet it drops, and maybe before that one of each worker, whose clients came
	# again; what came when it was known to have unsubscribed is all served
	$end->('a graceful end', $connections + 2);
	my @lost = $s->lost($ended->());
	is(scalar(grep { $_->{address} eq $A->address && $_->{began} < $gone + 0.01 } @lost), scalar(@lost),
		'... none that began after it had unsubscribed') or diag(explain(\@lost));

	$A->start;
	ok($s->wait_nodes(2), 'A is back');
	$begin->();
	$A->kill;
	$load->forget;
	$load->wait_for(224);
	# its workers do not end in one moment: a client of the first one may be with the other one then
	my $names = $end->('kill -9', $connections + 1);
	is(scalar(() = $A->output =~ /\(RE\)spawned/g), 1, 'A was reloaded once');
	cmp_ok($names->{ $B->address }, '>', 200, '... the others go to B');
	is($s->count->{nodes}, 2, 'A is known still');

	# It is dialled again, and again, less and less often; its next announcement has it dialled at once.
	$begin->();
	ok(until_true(sub { $load->wait_for(16); $s->heddle->log =~ /\Q${\$A->address}\E.*held off for 8\.0 s/ }, 40), 'A is held off for longer and longer');
	$A->start;
	ok(until_true(sub { $s->ask('a.test') eq $A->address }, 6), 'A is used again as soon as it announces itself');
	$end->('its return', 0);
	$s->heddle->finish;
});
