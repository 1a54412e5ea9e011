# SPDX-License-Identifier: BSD-2-Clause
# QUIT while a change is being prepared: the change is refused, no address comes back or is
# added, and clients are refused instead of waiting for nobody.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $q, $r) = (free_port, free_port, free_port);
	my $yaml = sub {
		my $list = join ', ', map { "\"127.0.0.1:$_\"" } @_;
		return "change_timeout: 15s\nservices:\n"
			. "  web: {listen: [$list], backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->($p, $q));
	my ($held) = one_each($p, 1);
	my ($idle) = grep { !$_->{sessions_active} } $h->processes('worker');
	$h->kill_worker($idle->{pid}, 'STOP');	# keeps the change from being decided
	$h->configure($yaml->($p, $r));
	my $out = $h->dir . '/reload.out';
	my $asker = launch({ out => $out, err => $out },
		Heddle::binary(), '-c', $h->dir . '/heddle.yaml', '-s', 'reload');
	ok(until_true(sub { client($r, timeout => 1) }, 10), 'a change is being prepared');
	$h->quit;
	is((reap($asker, 10) // -1) >> 8, 1, 'the reload is refused');
	like(Heddle::read_file($out), qr/heddle is stopping/, '... and says why');
	for my $port ($p, $q, $r) {
		ok($h->wait_for(sub { !client($port, timeout => 1) }, 10, 'refusal'),
			'an address refuses');
	}
	is($held->ask('x'), 'one x', 'who was there goes on');
	$h->kill_worker($idle->{pid}, 'CONT');
	ok($h->wait_log(qr/:$q: no longer listening/), 'addresses are given up');
	unlike($h->log, qr/reload applied|: listening/, '... for good');
	$held->close;
	is($h->ended, 0, 'heddle ends');
	$h->finish(stopped => 1);
});
