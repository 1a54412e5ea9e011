# SPDX-License-Identifier: BSD-2-Clause
# What is removed drains: sessions go on, for ever or until drain_timeout.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($p, $q) = (free_port, free_port);
	my $yaml = sub {
		my ($timeout, @names) = @_;
		return "defaults: {drain_timeout: $timeout}\nservices:\n  keep:\n"
			. "    listen: 127.0.0.1:$p\n    backends: [${\addresses(@names)}]\n";
	};
	my $gone = "  gone: {listen: \"127.0.0.1:$q\", backends: [\"${\$two->address}\"]}\n";
	my $h = heddle($yaml->(0, $one, $two) . $gone);
	my @held = (one_each($p, 2), one_each($q, 1));
	is(join(' ', map { $_->{name} } @held), 'one two two', 'three sessions');
	is(($h->reload($yaml->(0, $one)))[0], 0, 'a backend and a service are removed');
	is(many($p, 3), 'one one one', 'nobody new');
	is($_->ask('x'), "$_->{name} x", 'who was there is served') for @held;
	$_->close for @held[1, 2];
	ok($h->wait_for(sub { "@{[keys %{ $h->service('keep')->{backends} }]}" eq $one->address }, 5, 'its end'), 'it is gone');

	is(($h->reload($yaml->('400ms', $one, $two) . $gone))[0], 0, 'both are back');
	@held = (one_each($p, 2), one_each($q, 1));
	my @removed = grep { $_->{name} eq 'two' } @held;
	is(@removed, 2, 'two sessions with what will go');
	is(($h->reload($yaml->('400ms', $one)))[0], 0, 'removed again');
	is($_->ended(10), 'closed', 'ended by drain_timeout') for @removed;
	is_deeply([map { $_->{reason} } grep { $_->{reason} ne 'done' } $h->access(8)],
		[qw(drain_timeout drain_timeout)], '... says the log');
	ok($_->is_open, 'who was not concerned is there') for grep { $_->{name} eq 'one' } @held;
	@held = @removed = ();

	my $heavy = $yaml->('400ms', $one) =~ s/\]/, {address: "${\$two->address}", weight: 2}]/r;
	is(($h->reload($yaml->('400ms', $one, $two)))[0], 0, 'it is back');
	@held = one_each($p, 2);
	@removed = grep { $_->{name} eq 'two' } @held;
	is(($h->reload($heavy))[0], 0, 'it is changed');
	is($removed[0]->ask('x'), 'two x', '... which ends nobody');
	my $draining = $heavy =~ s/weight: 2/state: drain/r;
	is(($h->reload($yaml->('400ms', $one)))[0], 0, '... and removed');
	is($removed[0]->ended(10), 'closed', 'who came before the change is ended too');
	is(($h->reload($heavy))[0], 0, 'it is back');
	@held = one_each($p, 3);
	is(($h->reload($draining))[0], 0, '... and drains');
	is($_->ended(10), 'closed', 'ended by drain_timeout') for grep { $_->{name} eq 'two' } @held;
	ok($_->is_open, 'the other is not') for grep { $_->{name} eq 'one' } @held;

	is(($h->reload($heavy =~ s/400ms/0/r))[0], 0, 'no limit for the service');
	@held = one_each($p, 3);
	is(($h->reload($draining =~ s/400ms/0/r =~ s/state: drain/state: drain, drain_timeout: 300ms/r))[0], 0,
		'... but for the backend');
	is($_->ended(10), 'closed', 'ended by its own limit') for grep { $_->{name} eq 'two' } @held;
	ok($_->is_open, 'the other is not') for grep { $_->{name} eq 'one' } @held;
	@held = @removed = ();
	$h->finish;
});
