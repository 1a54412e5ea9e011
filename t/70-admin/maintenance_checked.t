# SPDX-License-Identifier: BSD-2-Clause
# state: maintenance is neither checked nor probed; drain is; what was found before stays.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my $dead = backend('refusing');
	my @port = (free_port, free_port);
	my $yaml = sub { my ($state, $dead_state) = @_; return <<"YAML" };
services:
  checked:
    listen: 127.0.0.1:$port[0]
    check: {type: tcp, interval: 20ms, fall: 1}
    backends:
      one: {address: "${\$one->address}", state: drain}
      two: {address: "${\$two->address}", state: $state}
      dead: {address: "${\$dead->address}", state: $dead_state}
  passive:
    listen: 127.0.0.1:$port[1]
    passive: {failures: 1, retry: 20ms, initial: check}
    backends:
      one: {address: "${\$one->address}"}
      two: {address: "${\$two->address}", state: $state}
YAML
	my $h = heddle($yaml->('maintenance', 'ready'));
	my $checks = sub {
		my $check = $h->backend(@_)->{check} // {};
		return ($check->{passed_total} // 0) + ($check->{failed_total} // 0);
	};
	my $more = sub {
		my $before = $checks->('checked', 'one');
		ok($h->wait_for(sub { $checks->('checked', 'one') >= $before + 5 }, 20, 'checks'),
			'the one that drains is checked');
	};
	$more->();
	is($checks->('checked', 'two'), 0, 'the one in maintenance is not');
	ok($h->wait_for(sub { $checks->('passive', 'one') >= 1 }, 20, 'the first probe'),
		'passive: the others are probed at the start');
	is($checks->('passive', 'two'), 0, '... it is not');
	ok($h->wait_for(sub { $h->backend('checked', 'dead')->{status} eq 'down' }, 20, 'down'),
		'a dead one is down');
	is(($h->reload($yaml->('ready', 'maintenance')))[0], 0, 'out of maintenance, and another in');
	ok($h->wait_for(sub { $checks->('checked', 'two') >= 3 }, 20, 'checks'), 'checked again');
	ok($h->wait_for(sub { $h->backend('checked', 'two')->{status} eq 'up' }, 20, 'up'), 'and up');
	my $seen = $checks->('checked', 'dead');
	$more->();
	cmp_ok($checks->('checked', 'dead'), '<=', $seen + 1, 'the dead one is left alone');
	is($h->backend('checked', 'dead')->{status}, 'maintenance', '... and says why');
	is(($h->reload($yaml->('ready', 'ready')))[0], 0, 'all ready');
	is($h->backend('checked', 'dead')->{status}, 'down', 'it is down as before, not up');
	$h->finish;
});
