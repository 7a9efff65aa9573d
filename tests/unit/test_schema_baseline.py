"""Dumps are read into the schema that they make."""

from __future__ import annotations

import pytest

from sqlgen.facts.vocabulary import Name
from sqlgen.schema import baseline, reflected

PG_DUMP = r"""
\restrict 4bSnJgo0
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.mood AS ENUM (
    'sad'
);
ALTER TYPE public.mood OWNER TO postgres;
CREATE FUNCTION public.f() RETURNS integer
    LANGUAGE sql
    AS $$select 1; select 2$$;
CREATE TABLE public.t (
    id integer NOT NULL,
    m public.mood DEFAULT 'sad'::public.mood
);
ALTER TABLE public.t OWNER TO postgres;
COMMENT ON TABLE public.t IS 'x';
CREATE SEQUENCE public.t_id_seq
    AS integer
    START WITH 1
    NO MINVALUE;
ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;
ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT nextval('public.t_id_seq'::regclass);
ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);
GRANT ALL ON TABLE public.t TO joe;
\unrestrict 4bSnJgo0
"""


def test_a_dump_of_postgresql_folds_to_the_default_schema() -> None:
    schema = baseline.read(PG_DUMP, "postgresql")
    answer = reflected.table(schema, Name("t"), server_version=(15,))
    assert answer is not None
    assert [(column["type"], column["default"]) for column in answer["columns"]] == [
        ("integer", "nextval('t_id_seq'::regclass)"),
        ("mood", "'sad'::mood"),
    ]
    assert answer["pk"]["name"] == "t_pkey"
    assert answer["comment"] == "x"
    names = reflected.names(schema, None)
    assert (names["tables"], names["sequences"]) == (["t"], ["t_id_seq"])


MYSQLDUMP = """
/*M!999999\\- enable the sandbox mode */
-- MySQL dump 10.13
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `t`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `t` (
  `id` int NOT NULL AUTO_INCREMENT,
  `a` int DEFAULT NULL /*!80023 INVISIBLE */,
  PRIMARY KEY (`id`),
  CONSTRAINT `c` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!50001 CREATE VIEW `v` AS SELECT 1 AS `a`*/;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW
BEGIN
  SET NEW.a = 1;
END */;;
DELIMITER ;
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `t`.`id` AS `id` from `t` */;
"""


def test_a_dump_of_mysql_is_read_with_its_executable_comments() -> None:
    schema = baseline.read(MYSQLDUMP, "mysql")
    assert schema.unread() is None
    names = reflected.names(schema, None)
    assert (names["tables"], names["views"]) == (["t"], ["v"])
    answer = reflected.table(schema, Name("t"), server_version=(8, 0, 36))
    assert answer is not None
    lines = MYSQLDUMP[MYSQLDUMP.index("CREATE TABLE") :].split(";")[0].replace(" AUTO_INCREMENT=7", "")
    assert answer["show_create"] == lines


def test_mariadb_passes_over_what_is_meant_for_newer_mysql() -> None:
    schema = baseline.read("CREATE TABLE t (a int /*!80023 INVISIBLE */ /*M!100300 NOT NULL */)", "mariadb")
    found = schema.column(Name("t"), "a")
    assert found is not None
    assert (found.invisible, found.nullable) == (False, False)


def test_sqlite_is_folded_too() -> None:
    schema = baseline.read('CREATE TABLE "t" (a INTEGER PRIMARY KEY); CREATE INDEX main.ix ON t (a);', "sqlite")
    table = schema.table(Name("t"))
    assert table is not None
    assert [index.name for index in table.indexes] == ["ix"]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb"])
def test_what_can_not_be_read_leaves_the_schema_uncertain(dialect: str) -> None:
    schema = baseline.read("CREATE TABLE t (a int); FROBNICATE t;", dialect)
    with pytest.raises(reflected.Unsure):
        reflected.names(schema, None)
