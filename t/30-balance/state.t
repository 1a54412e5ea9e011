# SPDX-License-Identifier: BSD-2-Clause
# Weight 0, drain and maintenance get nobody new; what runs goes on; all out: closed.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my @there = backends(qw(one two three four));
	my $port = free_port;
	my $yaml = sub {
		my (@options) = @_;
		my $list = join '', map { "      - {name: $_->{name}, address: \"$_->{address}\", "
			. (shift(@options) // 'weight: 1') . "}\n" } @there;
		return "services:\n  web:\n    listen: 127.0.0.1:$port\n    backends:\n$list";
	};
	my $h = heddle($yaml->(), workers => 1);
	my @held = one_each($port, 4);
	is(join(' ', map { $_->{name} } @held), 'one two three four', 'all are used');
	my ($code, $out) = $h->reload($yaml->('weight: 0', 'state: drain', 'state: maintenance'));
	is($code, 0, 'reloaded') or diag($out);
	is(many($port, 4), 'four four four four', 'only the one that is left');
	is($_->ask('x'), "$_->{name} x", "$_->{name} serves who was there") for @held[0, 1, 3];
	is_deeply([map { $h->backend('web', $_)->{status} } qw(two three four)],
		[qw(draining maintenance up)], 'the stats say so');
	is(($h->reload($yaml->(('weight: 0') x 4)))[0], 0, 'all out');
	is(client($port)->ended, 'closed', 'nobody is left: closed');
	is_deeply([grep { $_ ne 'done' } map { $_->{reason} } $h->access(5)], ['no_backend'],
		'... with its reason');
	is(($h->reload($yaml->()))[0], 0, 'all in');
	is(join(' ', sort split / /, many($port, 4)), 'four one three two', 'used again');
	@held = ();
	$h->finish;
});
