# SPDX-License-Identifier: BSD-2-Clause
# A route may have a mapping file in the place of a cache: -T says where both stand, and what it prints
# says the same.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $c = Heddle::Configure->new('heddle.yaml' => <<'END', 'one.txt' => "a 127.0.0.1:1\n", 'two.txt' => "b\n");
pid_file: off
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:3017"
    routes:
      - map: one.txt
      - map: {file: two.txt, nodes: ["127.0.0.1:2"]}
END
my ($status, $out, $err) = $c->run('-T');
is($status, 0, '-T') or diag($err);
like($out, qr/^  sites:\n(?:    .*\n)*?    file: \S+one\.txt  # heddle\.yaml:7$/m, 'a file alone');
like($out, qr/^  sites-map-2:\n(?:    .*\n)*?    file: \S+two\.txt  # heddle\.yaml:8$/m, '... and with more');
like($out, qr/\{name: map, cache: sites\}  # heddle\.yaml:7$/m, 'the routes name them');
$c->write('heddle.yaml', $out);
($status, undef, $err) = $c->run('-t');
is($status, 0, 'what -T prints is read') or diag($err);
done_testing();
