# SPDX-License-Identifier: BSD-2-Clause
# Several files, the environment, overrides: one configuration, and each value's origin.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $c = Heddle::Configure->new(
	'heddle.yaml' => "include: conf.d/*.yaml\nworkers: 2\ndefaults: {connect_timeout: 2s}\n"
		. "pid_file: run/h.pid\n"
		. "services:\n  web: {listen: ':80', backends: ['10.0.0.1:80']}\n",
	'conf.d/b.yaml' => "services:\n  b:\n    listen: ':82'\n"
		. "    backends: ['10.0.0.1:\${PORT}']\n",
	'conf.d/a.yaml' => "services: [{name: a, listen: ':81', backends: ['10.0.0.1:81']}]\n",
);
$ENV{PORT} = 8082;
my ($status, $out, $err) = $c->run('-t');
is($status, 0, 'fine');
is($err, "heddle: heddle.yaml and 2 included files: ok, 3 services, 3 backends\n", 'and counted');

($status, my $all, $err) = $c->run('-T', '-g', 'workers: 5', '-g', 'log: {level: debug}');
is($status, 0, '-T') or diag($err);
like($all, qr/^workers: 5  # -g$/m, 'an override');
like($all, qr/^  level: debug  # -g$/m, 'another');
like($all, qr/^event: auto  # default$/m, 'a default');
like($all, qr/^    connect_timeout: 2s  # defaults \(heddle\.yaml:3\)$/m, 'inherited');
like($all, qr{^      - \{address: ":82", backlog: 4096\}  # conf\.d/b\.yaml:3$}m,
	'an included file');
like($all, qr{10\.0\.0\.1:8082.*  # environment PORT$}m, 'the environment');
like($all, qr{^pid_file: /.*/run/h\.pid  # heddle\.yaml:4$}m, 'paths belong to their file');
like($all, qr/^  web:.*^  a:.*^  b:/ms, 'files in order');

$c->write('again.yaml', $all);
($status, my $again, $err) = $c->run(\'again.yaml', '-T');
is($status, 0, 'what -T prints loads') or diag($err);
s/^#.*\n//gm, s/  # .*$//gm for $all, $again;
is($again, $all, '... to the same');

delete $ENV{PORT};
($status, $out, $err) = $c->run('-t');
is($status >> 8, 1, 'without the variable it is refused');
like($err, qr{^conf\.d/b\.yaml:4:16: error: services\.b\.backends\[0\]: \$\{PORT\} is not in}m,
	'and told where');

$ENV{PORT} = 1;
$c->write('conf.d/c.yaml', "services:\n  web: {listen: ':1', backends: []}\nworkers: 3\n");
($status, $out, $err) = $c->run('-t');
like($err, qr{^conf\.d/c\.yaml:2:3: error: services\.web: already given at heddle\.yaml:6$}m,
	'a service in two files');
like($err, qr{^conf\.d/c\.yaml:3:1: error: workers: already given at heddle\.yaml:2$}m,
	'a setting in two files');
($status, $out, $err) = $c->run('-t', '-g', 'wrokers: 3');
like($err, qr/^-g:1:1: error: wrokers: unknown key; did you mean "workers"\?$/m,
	'a wrong override');
done_testing;
