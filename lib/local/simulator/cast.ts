/** Names for invented companies: letters as people really have them. */

export const PEOPLE = [
  'Anna Schmidt',
  'Tom Reed',
  'Priya Nair',
  'Jürgen Groß',
  'Maja Novák',
  'Łukasz Wójcik',
  'Zoë Martin',
  'Ahmet Yılmaz',
  'Chloé Dubois',
  'Peter Müller',
  'Ingrid Bakke',
  'Olga Петрова',
  'Daniel Cohen',
  'Sofia Rossi',
  'Tomáš Dvořák',
  '田中 愛子',
  'María López',
  'Lena Fischer',
  "Siobhán O'Neill",
  'Nguyễn Minh',
  'Amara Okafor',
  'Björn Ström',
  'Elif Kaya',
  'Mateo García',
] as const;

export const GROUPS = [
  'engineering',
  'office',
  'servers',
  'databases',
  'gateways',
  'contractors',
  'finance',
  'R&D',
] as const;

export const POLICIES = [
  'engineering to servers',
  'office to servers',
  'engineering to databases',
  'contractors to servers',
  'servers to databases',
  'office to gateways',
  'finance to ledger',
  'R&D <-> lab',
] as const;

export const SERVERS = [
  'web',
  'app',
  'db',
  'gw',
  'files',
  'backup',
  'mail',
  'build',
  'erp',
  'grafana',
  'ldap',
  'vault',
] as const;

export const SITES = ['berlin', 'lyon', 'osaka', 'porto', 'warehouse', 'lab', 'shop', 'harbour'] as const;

export interface Place {
  readonly city: string;
  readonly country: string;
  readonly geoNameId: number;
  /** The first three parts of addresses there, from the ranges that are reserved for examples. */
  readonly net: string;
}

export const PLACES: readonly Place[] = [
  { city: 'Berlin', country: 'DE', geoNameId: 2_950_159, net: '203.0.113' },
  { city: 'Hamburg', country: 'DE', geoNameId: 2_911_298, net: '203.0.113' },
  { city: 'Lyon', country: 'FR', geoNameId: 2_996_944, net: '198.51.100' },
  { city: 'Osaka', country: 'JP', geoNameId: 1_853_909, net: '198.51.100' },
  { city: '', country: '', geoNameId: 0, net: '192.0.2' },
];
