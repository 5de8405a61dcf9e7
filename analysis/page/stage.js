// A result about preschools speaks of children and preschools where the texts of every page speak of pupils and schools.
(function () {
  'use strict';
  const L = likvard;
  if (L.data.stage !== 'forskola') return;
  // What the words alone do not put right: [English, Swedish].
  const instead = {
    'g.sd.text': ['The usual spread between children. 0.1 SD is small for one child and much for a whole preschool.', 'Den vanliga spridningen mellan barn. 0,1 SD är lite för ett barn och mycket för en hel förskola.'],
    'g.qualified.text': ['Has the grades from year 9 that an upper-secondary programme asks for: what preschool may lead to in the end.', 'Har de betyg från årskurs 9 som krävs för ett nationellt program på gymnasieskolan: det som förskolan till slut kan leda till.'],
  };
  const swedish = [
    ['en sådan elevs', 'ett sådant barns'], ['eleven själv borträknad', 'barnet självt borträknat'], ['en annan elev', 'ett annat barn'], ['en elev', 'ett barn'], ['elevernas', 'barnens'], ['elevers', 'barns'], ['eleverna', 'barnen'], ['elevens', 'barnets'], ['eleven', 'barnet'], ['elever', 'barn'], ['elev', 'barn'], ['skolkamrater', 'kamrater'],
    ['skolbudgeten', 'förskolebudgeten'], ['skolsegregation', 'segregation'], ['skolornas', 'förskolornas'], ['skolorna', 'förskolorna'], ['skolor', 'förskolor'], ['skolans', 'förskolans'], ['skolan', 'förskolan'], ['skolas', 'förskolas'], ['skola', 'förskola'],
  ];
  const english = [['schoolmates', 'playmates'], ['upper-secondary school', 'upper-secondary school'], ['compulsory schools', 'compulsory schools'], ['compulsory school', 'compulsory school'], ['pupils', 'children'], ['pupil', 'child'], ['schools', 'preschools'], ['school', 'preschool']];
  const first = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const exchange = (pairs) => {
    const words = new Map(pairs.flatMap(([from, to]) => [[from, to], [first(from), first(to)]]));
    const pattern = new RegExp(`(?<![\\p{L}{[_/])(?:${[...words.keys()].join('|')})(?![\\p{L}_])`, 'gu');
    return (text) => text.replace(pattern, (found) => words.get(found));
  };
  const by = { en: exchange(english), sv: exchange(swedish) };
  L.useWording((text) => by[L.language()](text), (key) => instead[key]?.[L.language() === 'sv' ? 1 : 0]);
})();
