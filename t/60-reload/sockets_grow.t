# SPDX-License-Identifier: BSD-2-Clause
# An address has as many listening sockets as there are workers; more workers by a reload bring
# more of them, and the clients that are there or come meanwhile are served.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'needs /proc/net/tcp') if !-r '/proc/net/tcp';

# Listening sockets of a port: `wanted`, once there are as many. (While others open and close some,
# the kernel's list may leave one out.)
sub sockets {
	my ($port, $wanted) = @_;
	my $have;
	until_true(sub { ($have = listed($port)) == $wanted }, 5);
	return $have;
}

sub listed {
	my ($port) = @_;
	my $hex = sprintf ':%04X', $port;
	return scalar grep { (split)[1] =~ /$hex$/ && (split)[3] eq '0A' }
		split /\n/, Heddle::read_file('/proc/net/tcp');
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $taken) = (free_port, backend('echo'));
	my $yaml = sub { "workers: $_[0]\nservices:\n  web: {listen: [\"127.0.0.1:$port\""
		. ($_[1] // '') . "], backends: [\"${\$one->address}\"]}\n" };
	my $h = heddle($yaml->(1));
	is(sockets($port, 1), 1, 'one worker, one socket');
	my $load = load($port, connections => 16);
	$load->wait_for(100);
	for my $workers (2, 5) {
		is(($h->reload($yaml->($workers)))[0], 0, "$workers workers");
		is(sockets($port, $workers), $workers, "$workers sockets");
		$load->wait_for(200);
		ok($h->wait_for(sub { $h->worker_pids == $workers }, 10, 'the workers'), 'all serve');
		$load->wait_for(200);
	}
	isnt(($h->reload($yaml->(7, ", \"${\$taken->address}\"")))[0], 0,
		'seven, and an address that another program has: refused');
	is(sockets($port, 5), 5, 'five sockets still');
	is(($h->reload($yaml->(2)))[0], 0, 'two again');
	is(sockets($port, 5), 5, 'the sockets stay: clients may wait in them');
	$load->wait_for(200);
	my ($killed) = $h->worker_pids;
	$h->kill_worker($killed);
	ok($h->wait_for(sub { !grep { $_ == $killed } $h->worker_pids }, 10, 'its end'),
		'a worker is gone');
	ok($h->wait_for(sub { $h->worker_pids == 2 }, 10, 'the workers'), 'another one is there');
	$load->wait_for(200);
	my $result = $load->stop;
	delete $result->{reset};	# of the worker that was killed
	delete $result->{eof};
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed")
		or diag(explain($result));
	$h->finish(alerts => 1);
});
