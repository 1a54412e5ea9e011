# SPDX-License-Identifier: BSD-2-Clause
# Active checks: down after `fall`, up after `rise`, without a client noticing.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my $probe = backend('named', name => 'probe');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 150ms, rise: 2, fall: 3}
    backends:
      one: {address: "${\$one->address}"}
      two: {address: "${\$two->address}", check: {port: ${\$probe->port}}}
YAML
	is(many($port, 2), 'one two', 'both are up at the start');
	$one->stop;
	ok($h->wait_for(sub { $h->backend('web', 'one')->{status} eq 'down' }, 5, 'one to be down'),
		'down');
	my $check = $h->backend('web', 'one')->{check};
	cmp_ok($check->{failed_total}, '>=', 3, 'after three checks');
	is($check->{result}, 'fail', 'the last of which failed');
	is($h->service('web')->{status}, 'degraded', 'the service is degraded');
	is(many($port, 4), 'two two two two', 'not used');
	is($h->backend('web', 'one')->{errors}{refused}, 0, '... not even tried');
	$probe->stop;
	ok($h->wait_for(sub { $h->service('web')->{status} eq 'down' }, 5, 'two to be down'),
		'a port of its own for checks');
	is(client($port)->ended, 'closed', 'nobody is up');
	$_->start for $one, $probe;
	ok($h->wait_for(sub { $h->service('web')->{status} eq 'up' }, 5, 'both to be up'),
		'up again');
	cmp_ok($h->backend('web', 'one')->{check}{streak}, '>=', 2, 'after two checks');
	is(join(' ', sort split / /, many($port, 2)), 'one two', 'used');
	$h->finish;
});
