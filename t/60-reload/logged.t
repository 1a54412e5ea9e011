# SPDX-License-Identifier: BSD-2-Clause
# The log told of a reload only after `-s reload` had been answered: who looked at once found
# the line before it, and took that for the answer to what came next.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $backend = backend('named', name => 'one');
my $port = free_port;
my $yaml = sub {
	my ($limit) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    max_connections: $limit\n"
		. "    backends: [\"${\$backend->address}\"]\n";
};
my $h = heddle($yaml->(1));
my (@applied, @refused);
for my $i (1 .. 30) {
	$h->reload($yaml->($i + 1));
	push @applied, scalar(() = $h->log =~ /reload applied/g);
	$h->reload($yaml->('none'));
	push @refused, scalar(() = $h->log =~ /reload refused/g);
}
is("@applied", join(' ', 1 .. 30), 'each reload that is answered is in the log');
is("@refused", join(' ', 1 .. 30), '... and each one that is refused');
$h->finish;
done_testing;
