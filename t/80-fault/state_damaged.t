# SPDX-License-Identifier: BSD-2-Clause
# A state file that is damaged: heddle starts from the last good one, says so, and never from half
# of one; the damaged file is kept for people.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;

my $state = Heddle::State->new;
my $path = $state->path;
my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML");
state: $path
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}"}}}
YAML
ok(until_true(sub { $state->read->{format} }, 10), 'there is a state file');
is($h->stop, 0, 'it stops');

# Weight 7 is what the API has set, 5 what it had set before.
$state->edit(sub { $_[0]{web}{backends}{one}{weight} = 7 });
my $good = $state->text;
my $old = $good =~ s/"weight":7/"weight":5/r;
isnt($old, $good, 'two good ones');

sub starts {
	my ($name, $weight, $file, $before, @lines) = @_;
	$state->clear;
	$state->write($file);
	$state->write($before, '.old') if defined $before;
	Heddle::write_file($h->dir . '/error.log', '');
	my ($status, $said) = $h->command('-t');
	is($status, 0, "$name: -t is no error");
	like($said, @lines ? qr/warning: state: \Q$path\E/ : qr/\Q$path\E: good, generation \d+/,
		'... and says so');
	$h->run;
	ok($h->wait_ready, '... it starts') or return;
	is($h->backend('web', 'one')->{weight}, $weight, "... with weight $weight");
	ok($h->wait_log($_) =~ $_, "... and says $_") for @lines;
	unlike($h->log, qr/state_damaged| error /, '... without an error') if !@lines;
	ok(until_true(sub { $state->backend('web', 'one')->{address}
		&& ($state->backend('web', 'one')->{weight} // 1) == $weight }, 10), '... and writes it');
	# before it writes
	is($state->text('.damaged'), $file, '... and keeps the damaged one') if @lines;
	is($state->text('.old'), $before, '... the one before is what it was')
		if @lines && defined $before;
	is($h->stop, 0, '... and stops');
}

my $half = substr $good, 0, length($good) / 2;
my $used = qr/error .*the file of before is used instead: \Q$path\E\.old/;
my $alone = qr/error .*started from the configuration file alone/;
starts('good', 7, $good, $old);
starts('cut off', 5, $half, $old, $used, qr/line \d+, column/);
starts('empty', 5, '', $old, $used, qr/it is empty/);
starts('garbage', 5, join('', map { chr(33 + $_ % 90) } 1 .. 5000), $old, $used);
starts('edited with its checksum', 5, $good =~ s/\}\s*\z/,"checksum":"0123456789abcdef"}/r, $old, $used,
	qr/the checksum is wrong/);
starts('of an older heddle', 7, $good =~ s/"format":2/"format":1/r, $old);
starts('of a newer heddle', 5, $good =~ s/"format":2/"format":3/r, $old, $used, qr/newer heddle/);
starts('both damaged', 1, $half, substr($old, 0, 20), $alone);
starts('damaged, none before', 1, $half, undef, $alone, qr/\.old: there is none/);
starts('what no configuration can be', 1, $good =~ s/"weight":7/"weight":-7/r, $old, $alone,
	qr/error .*services\.web\.backends\.one\.weight/);
starts('an unknown directive', 1, $good =~ s/"weight":7/"weight":7,"wait":1/r, $old, $alone,
	qr/error .*unknown key/);
starts('what only the file may set', 1, $good =~ s/"running":\{/"running":{"user":"root",/r, $old,
	$alone, qr/error .*user/);

# Not even read, and never waited for.
$state->clear;
POSIX::mkfifo($path, 0666);
my ($status, $said) = $h->command('-t');
is($status, 1, 'a fifo is refused');
like($said, qr/state: \Q$path\E is no regular file/, '... and told');
unlink $path;
symlink '/etc/passwd', $path;
($status, $said) = $h->command('-t');
is($status, 1, 'a symbolic link is refused');
like($said, qr/symbolic link; write the path that it leads to/, '... and told');
unlink $path;
open my $huge, '>', $path or die;
truncate $huge, 1 << 30;
close $huge;
chmod 0666, $path;
$h->run;
ok($h->wait_ready, 'a huge one does not hinder a start');
ok($h->wait_log(qr/larger than 64 MB/), '... and is told');
$h->finish;
done_testing;
