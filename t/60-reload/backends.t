# SPDX-License-Identifier: BSD-2-Clause
# Backends, weights, balancers and limits change in place; SIGHUP does it too.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two, $three) = backends(qw(one two three));
	my $port = free_port;
	my %line = map { $_->name => "{name: $_->{name}, address: \"$_->{address}\"}" } $one, $two,
		$three;
	my $yaml = sub {
		my ($more, @names) = @_;
		return "services:\n  web:\n    listen: 127.0.0.1:$port\n$more    backends: ["
			. join(', ', map { $line{$_} // $_ } @names) . "]\n";
	};
	my $h = heddle($yaml->('', 'one'));
	is(many($port, 2), 'one one', 'one backend');
	is(($h->reload($yaml->('', 'one', 'two')))[0], 0, 'one is added');
	like(many($port, 4), qr/^(one two one two|two one two one)$/, '... and used');
	(my $heavy = $line{two}) =~ s/}/, weight: 3}/;
	is(($h->reload($yaml->('', 'one', $heavy)))[0], 0, 'weights change');
	my @eight = split / /, many($port, 8);
	is(scalar(grep { $_ eq 'two' } @eight), 6, '... and count');
	is(($h->reload($yaml->("    balance: first\n", 'three', 'one', 'two')))[0], 0,
		'first, and a new one');
	is(many($port, 3), 'three three three', '... in front');
	my $idle = sub { $h->wait_for(sub { !$h->service('web')->{sessions_active} }, 5, 'sessions to end') };
	$idle->();
	ok($h->hup($yaml->("    max_connections: 1\n", 'two')), 'two removed, by SIGHUP');
	is(who($port), 'two', '... the last is left');
	$idle->();
	my ($held) = one_each($port, 1);
	isnt(client($port)->ended, 'open', '... and the limit holds');
	my $other = backend('named', name => 'other');
	(my $moved = $line{two}) =~ s/"[^"]+"/"${\$other->address}"/;
	is(($h->reload($yaml->('', $moved)))[0], 0, 'its address changes');
	is(many($port, 2), 'other other', '... for who comes now');
	is($held->ask('x'), 'two x', '... not for who is there');
	$held->close;
	$h->finish;
});
