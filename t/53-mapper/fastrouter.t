# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter --fastrouter-use-code-string: the examples of uWSGI's documentation as they
# stand, with a node at their address.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Client;
use Heddle::Script qw(script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my %documented = (python => [0, 'mapper.py', "def get(key):\n    return '\$NODE'\n"],
	lua => [6, 'mapper.lua', "function get(key)\n    return '\$NODE'\nend\n"]);

for my $language (sort keys %documented) {
	my $missing = script_missing($language);
	my ($modifier, $file, $text) = @{ $documented{$language} };
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $dir = File::Temp->newdir('heddle-code-XXXXXX', TMPDIR => 1);
		chmod 0755, $dir;
		my $node = backend('uwsgi', name => 'node');
		Heddle::write_file("$dir/$file", $text =~ s/\$NODE/${\$node->address}/r);
		my $port = free_port;
		my $pid = launch({ out => "$dir/out", err => "$dir/out" }, 'sh', '-c', 'cd "$0" && exec "$@"', $dir, Heddle::binary(),
			'fastrouter', '--fastrouter', "127.0.0.1:$port", '--fastrouter-use-code-string', "$modifier:$file:get");
		ok(until_true(sub { (Heddle::read_file("$dir/out") // '') =~ /script \S+: loaded/ }, 20), 'the script is loaded')
			or diag(Heddle::read_file("$dir/out"));
		my $ask = sub {
			my $client = client($port) or return '';
			$client->send(uwsgi_packet(HTTP_HOST => 'example.com'));
			return $client->rest(10) // '';
		};
		# A call has 100 ms: on a busy machine it may be too late.
		ok(until_true(sub { $ask->() =~ /^node 0\/0 / }, 10), 'a request goes where it says');
		kill 'TERM', $pid;
		is(reap($pid, 10), 0, 'it stops');
		end_child($pid);
	});
}
done_testing();
