# SPDX-License-Identifier: BSD-2-Clause
# The resolver process is killed, and stopped for a while, again and again while clients set items: each
# request ends soon, get goes on, and what was answered with ok is there.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time);

my $port = free_port;
my $h = heddle(<<"END", workers => 2);
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: mc, routes: [{cache: mc}]}
caches:
  mc: {}
END
sub request { my ($verb, @pairs) = @_; return uwsgi_packet(cmd => $verb, @pairs) =~ s/^.(..)./\x6f$1\x11/sr }
my $ok = "\x6f\x0c\0\x11\6\0status\2\0ok";
sub resolver { return (map { $_->{pid} } grep { $_->{status} eq 'serving' } $h->processes('resolver'))[0] // 0 }

# A process that sets items until it is told to end; its lines: key, answer (ok, no, hangs), seconds.
my $dir = File::Temp->newdir('heddle-stopped-XXXXXX', TMPDIR => 1);
sub setter {
	my ($name) = @_;
	return spawn(sub { set_on($name) });
}
sub set_on {
	my ($name) = @_;
	my $go_on = 1;
	local $SIG{TERM} = sub { $go_on = 0 };
	open my $out, '>', "$dir/$name" or die "$dir/$name: $!\n";
	for (my $i = 0; $go_on; $i++) {
		my ($began, $answer) = (time, 'no');
		my $client = client($port);
		if ($client) {
			$client->send(request('set', key => "$name$i", size => 1, cache => 'mc') . 'v');
			$answer = 'ok' if ($client->rest(30) // '') eq $ok;
			$answer = 'hangs' if ($client->error // '') eq 'time limit';
			$client->close;
		}
		printf {$out} "%s %s %.3f\n", "$name$i", $answer, time - $began;
	}
	close $out;
}
sub get { my ($key) = @_; my $c = client($port); $c->send(request('get', key => $key, cache => 'mc')); return $c->rest(10) // 'nothing' }

my @pids = map { setter("p$_-") } 1 .. 3;
my $reached = sub { my ($least) = @_; my $before = $h->stats->{caches}{mc}{items}; until_true(sub { ($h->stats->{caches}{mc}{items} // 0) >= $before + $least }, 20) };
ok($reached->(100), 'items are set');
ok(until_true(sub { get('p1-0') =~ /v\z/ }, 20), '... by each');
my ($wrong, $asked, $got, $slowest) = (0, 0, 0, 0);
for my $turn (1 .. 6) {
	my $pid = resolver() or die "no resolver\n";
	my $stops = $turn % 2;
	kill $stops ? 'STOP' : 'KILL', $pid;
	my $until = time + ($stops ? 0.5 : 0.1);
	for (my $n = 0; $n < 20 || time < $until; $n++) {
		my $began = time;
		$asked++;
		$got++ if get('p1-0') =~ /v\z/;
		$slowest = time - $began if time - $began > $slowest;
	}
	kill 'CONT', $pid if $stops;
	$wrong++ if !$stops && !until_true(sub { my $now = resolver(); $now && $now != $pid }, 20);
	$reached->(50) or $wrong++;
}
is($wrong, 0, 'each time it goes on');
is($got, $asked, "get has gone on meanwhile: $got answers");
cmp_ok($slowest, '<', in_time(5), "... none later than $slowest s");
kill 'TERM', @pids;
is(reap($_, 60), 0, 'its items are written down') for @pids;
my @lines = map { split ' ' } map { split /\n/, Heddle::read_file("$dir/p$_-") } 1 .. 3;
my (%answers, $longest, @ok);
while (my ($key, $answer, $seconds) = splice @lines, 0, 3) {
	$answers{$answer}++;
	$longest = $seconds if $seconds > ($longest // 0);
	push @ok, $key if $answer eq 'ok';
}
is($answers{hangs} // 0, 0, 'no request hangs') or diag(explain(\%answers));
cmp_ok($longest, '<', in_time(5), "the longest has taken $longest s");
cmp_ok($answers{no} // 0, '<', 60, 'few have no answer: ' . ($answers{no} // 0) . " of $answers{ok}");
is(scalar(grep { get($_) !~ /v\z/ } @ok), 0, scalar(@ok) . ' that were answered with ok are there');
$h->finish(alerts => 1);
done_testing();
