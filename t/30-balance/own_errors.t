# SPDX-License-Identifier: BSD-2-Clause
# What is no fault of the backend marks nobody: rights that we lack, a full backlog.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM);

on_each_event(sub {
	my ($folder, $port) = (File::Temp->newdir, free_port);
	chmod 0755, $folder;
	my $closed = backend('named', name => 'closed', address => "unix:$folder/closed");
	chmod 0, "$folder/closed";
	my $full = IO::Socket::UNIX->new(Local => "$folder/full", Listen => 1);
	chmod 0777, "$folder/full";
	my @queue;
	while (my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Blocking => 0)) {
		push @queue, $socket;
		last if !connect $socket, $full->sockname;
	}
	my $one = backend('named', name => 'one');
	my $h = heddle(<<"YAML", workers => 1);
services:
  web:
    listen: 127.0.0.1:$port
    passive: {failures: 1, retry: 60s}
    backends:
      closed: {address: "unix:$folder/closed"}
      full: {address: "unix:$folder/full"}
      gone: {address: "unix:$folder/gone"}
      one: {address: "${\$one->address}"}
YAML
	is(many($port, 3), 'one one one', 'the next one is tried for the same client');
	is_deeply([map { $h->backend('web', $_)->{status} } qw(closed full gone)], [qw(up up down)],
		'only who is not there is marked');
	is($h->backend('web', 'closed')->{errors}{$_}, 0, "not counted as $_")
		for qw(refused timeout unreachable reset);
	cmp_ok($h->counter('local_errors_total'), '>', 0, 'but as an error of this machine');
	ok($h->wait_log(qr/closed: connect unix:\S+: permission denied/i), '... and told');
	$h->finish;
});
