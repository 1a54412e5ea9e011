# SPDX-License-Identifier: BSD-2-Clause
# usss's command line: Go's flags, the exit codes, and the YAML that it stands for.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

sub refused {
	my ($code, $pattern, @arguments) = @_;
	my ($status, $output) = old_command('usss', @arguments);
	is($status, $code, "@arguments: exit $code");
	like($output, $pattern, '  with its words');
	return $output;
}

my $help = refused(0, qr/^Usage: usss/m, '-h');
for (['bindaddr string', '"0\.0\.0\.0"'], ['inport int', 2626], ['outport int', 2626],
	['dnsname string', '"example\.com"'], ['ttl int', 60]) {
	my ($flag, $default) = @$_;
	like($help, qr/^  -$flag\n.*\(default $default\)$/m, "-$flag");
}
refused(0, qr/^Usage: usss/m, '--help', '-ttl=x');
refused(2, qr/^flag provided but not defined: -nosuch\nUsage/, '-nosuch');
refused(2, qr/^invalid value "1m" for flag -ttl: parse error\n/, '-ttl=1m');
refused(2, qr/^flag needs an argument: -dnsname\n/, '-dnsname');
refused(2, qr/^usss: -ttl: /, '-ttl=-1');
refused(2, qr/^usss: -outport: .*65535$/m, '-outport=65536');
refused(2, qr/^usss: -outport: .*65535$/m, '-outport', '0');
refused(1, qr/^Cannot resolve 0\.0\.0\.0:65536: /, '-inport=65536');
refused(1, qr/^Cannot resolve nothing\.invalid:2626: /, '-bindaddr=nothing.invalid');
refused(1, qr/^usss: fanouts\.usss\.targets.*not_\//m, '-dnsname=not_/a name');
refused(1, qr/^usss: fanouts\.usss\.listen: .*is not a port/m, '-inport=0');
refused(1, qr/^usss: fanouts\.usss\.targets: \[::1\]:2626 leads back/m, '-bindaddr=::1', '-dnsname=::1');

# What a command line becomes, and it passes -t.
sub yaml {
	my ($status, $output) = old_command('usss', '--print', @_);
	is($status, 0, "--print @_") or diag($output);
	my $dir = File::Temp->newdir;
	Heddle::write_file("$dir/heddle.yaml", $output);
	my $pid = launch({ out => "$dir/out", err => "$dir/out" },
		Heddle::binary(), '-t', '-c', "$dir/heddle.yaml");
	is(reap($pid, 10), 0, '  passes -t') or diag($output, Heddle::read_file("$dir/out"));
	return $output;
}

my $plain = yaml();
like($plain, qr/^    listen: "0\.0\.0\.0:2626"$/m, 'its listener');
like($plain, qr/^    targets: \["example\.com:2626"\]$/m, 'its target');
like($plain, qr/^    refresh: 60s$/m, 'asked every minute');
my $all = yaml('-bindaddr', '10.0.0.1', '--inport=2627', '-outport', '0x1876', '-dnsname=somename.com',
	'-ttl', '30', 'ignored', '-nosuch');
like($all, qr/^    listen: "10\.0\.0\.1:2627"$/m, '-bindaddr, -inport');
like($all, qr/^    targets: \["somename\.com:6262"\]$/m, '-dnsname, -outport');
like($all, qr/^    refresh: 30s$/m, '-ttl');
unlike(yaml('-ttl=0'), qr/refresh/, '-ttl=0 is the TTL of the record');
like(yaml('-bindaddr=::1', '-dnsname=::1', '-outport=1'), qr/listen: "\[::1\]:2626"\n    targets: \["\[::1\]:1"\]/, 'v6');
like(yaml('-bindaddr='), qr/listen: ":2626"/, 'no -bindaddr: all addresses');
like(yaml('-bindaddr=localhost'), qr/listen: "127\.0\.0\.1:2626"  # localhost:2626$/m, 'a name to listen on');
done_testing();
