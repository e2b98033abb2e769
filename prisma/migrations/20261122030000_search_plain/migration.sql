-- A sign has a meaning to parsers only in front of something: what ends a sentence may stay, and most texts are taken
-- as they are. Replacing signs costs as much as taking a text into words.
CREATE OR REPLACE FUNCTION search_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN said ~ E'[-./:@_<>&+~''\\\\%#=?][^ \\n\\t\\r]'
  THEN translate(said, E'-./:@_<>&+~''\\%#=?', repeat(' ', 17))
  ELSE said
END;
