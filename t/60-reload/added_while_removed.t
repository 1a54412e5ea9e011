# SPDX-License-Identifier: BSD-2-Clause
# An address is added again while it is being removed, by a change that takes longer than the
# removal: it serves. A change that is refused in between does not keep it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::IP;
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $q, $taken) = (free_port, free_port, free_port);
	my $other = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => $taken, Listen => 1);
	my $yaml = sub {
		my $list = join ', ', map { "\"127.0.0.1:$_\"" } @_;
		return "change_timeout: 3s\nservices:\n"
			. "  web: {listen: [$list], backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->($p, $q));
	my ($victim) = $h->worker_pids;
	$h->hup($yaml->($p));
	$h->kill_worker($victim, 'STOP');
	$h->hup($yaml->($p, $q));	# waits for the worker; the removal would be over by then
	$h->kill_worker($victim, 'CONT');
	is(many($q, 10), join(' ', ('one') x 10), 'what is added serves');
	is(($h->reload($yaml->($p, $q)))[0], 0, 'a reload of the same');
	is(who($q), 'one', '... it serves');

	my $gone = qr/:$q: no longer listening/;
	my $before = () = $h->log =~ /$gone/g;
	$h->hup($yaml->($p));
	my ($code, $out) = $h->reload($yaml->($p, $q, $taken));
	is($code, 1, 'added again by a change that is refused');
	like($out, qr/$taken: address in use/, '... for another address');
	cmp_ok($h->log_count($gone, $before + 1), '>', $before, 'the removal goes on');
	ok($h->wait_for(sub { !client($q, timeout => 1) }, 5, 'refusal'), '... and nobody listens');
	is(($h->reload($yaml->($p, $q)))[0], 0, 'it is added once more');
	is(who($q), 'one', '... and serves');
	$h->finish;
});
