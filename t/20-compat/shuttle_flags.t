# SPDX-License-Identifier: BSD-2-Clause
# shuttle's command line: Go's flags, the exit codes, and the YAML that it stands for.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

sub refused {
	my ($code, $pattern, @arguments) = @_;
	my ($status, $output) = old_command('shuttle', @arguments);
	is($status, $code, "@arguments: exit $code");
	like($output, $pattern, '  with its words');
}
refused(0, qr/^Usage: /, '-h');
refused(0, qr/^\d+\.\d+\.\d+\n\z/, '-v');
refused(2, qr/^flag provided but not defined: -nosuch\nUsage/, '-nosuch');
refused(2, qr/^invalid boolean value "maybe" for -debug: parse/, '-debug=maybe');
refused(2, qr/^flag needs an argument: -state\n/, '-state');
refused(2, qr/^shuttle: what is this: more\n/, 'more');
refused(2, qr/^shuttle: -https: heddle serves no virtual hosts/, '-https', ':443');
refused(2, qr/^shuttle: -certs: heddle serves no virtual hosts/, '-certs=./');
refused(2, qr/^shuttle: -https-redirect: /, '-https-redirect');
refused(2, qr/^shuttle: -sslOnly: /, '--sslOnly');
refused(2, qr/^shuttle: -http beside -admin is the listener of virtual hosts/,
	'-http', ':80', '-admin=127.0.0.1:9090');
refused(2, qr/^shuttle: -dialect: neither readme nor v0\.1/, '-dialect', 'v0.2');
refused(1, qr/^shuttle: listen tcp nowhere: missing port/, '-admin', 'nowhere');
my $taken = backend('named', name => 'taken');
refused(1, qr/^shuttle: listen tcp \S+: bind \S+: address in use/, '-admin', $taken->address);
my $port = free_port;
refused(1, qr/insecure: i_know/, '-admin', "0.0.0.0:$port");

my $dir = File::Temp->newdir;
chmod 0755, $dir;
sub yaml {
	my ($status, $output) = old_command('shuttle', '--print', @_);
	is($status, 0, "--print @_") or diag($output);
	Heddle::write_file("$dir/heddle.yaml", $output =~ s/^shuttle: .*\n//mgr);
	my $pid = launch({ out => "$dir/out", err => "$dir/out" },
		Heddle::binary(), '-t', '-c', "$dir/heddle.yaml");
	is(reap($pid, 10), 0, '  passes -t') or diag($output, Heddle::read_file("$dir/out"));
	return $output;
}
my $plain = yaml();
like($plain, qr/\{address: "127\.0\.0\.1:9090"\}/, 'its address');
like($plain, qr/level: info/, 'its level');
unlike($plain, qr/state/, 'no state');

Heddle::write_file("$dir/c.json", '{"check_interval": 1500, "services": [{"name": "web",
	"address": "127.0.0.1:9999", "backends": [{"name": "b", "address": "10.0.0.1:80"}]}]}');
my $all = yaml('-debug', "-config=$dir/c.json", '--state', "$dir/s.json", '-http', 'localhost:9091',
	'-dialect', 'v0.1');
like($all, qr/level: debug/, '-debug');
like($all, qr/\{address: "127\.0\.0\.1:9091"\}\n  shuttle: "v0\.1"/, '-http alone is -admin; -dialect');
like($all, qr{state: "$dir/s\.json\.heddle"}, '-state: its own');
like($all, qr{shuttle_state: "$dir/s\.json"}, "  and shuttle's");
like($all, qr/^  web:\n    listen: \["127\.0\.0\.1:9999"\]\n/m, '-config: the services');
like($all, qr/interval: "1500ms"/, '  with the globals');
like(yaml('-admin', "$dir/sock"), qr{address: "$dir/sock"}, 'a unix socket');
done_testing();
