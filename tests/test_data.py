"Loaders: every published format, real files where they are, bad downloads and files refused."
import random
from hashlib import md5

import numpy as np
import pandas as pd
import pooch
import pytest
from conftest import DAT, archive, real_data, write
from hypothesis import given, settings
from hypothesis import strategies as st

from movie_rl_rec import downloads, formats
from movie_rl_rec.data import DataError, Dataset, load, split_users

CSV = {"movies.csv":
           'movieId,title,genres\r\n1,Toy Story (1995),Adventure|Animation\r\n'
           '2,"American President, The (1995)",Comedy|Drama\r\n'
           '3,"""Great Performances"" Cats (1998)",Musical\r\n4,Nameless,(no genres listed)\r\n',
       "ratings.csv":
           "userId,movieId,rating,timestamp\r\n1,1,4.0,964982703\r\n"
           "1,3,0.5,964981247\r\n2,2,5.0,847117005\r\n"}
ONE_HUNDRED = {"u.genre": "unknown|0\nAction|1\nDrama|2\n\n",
               "u.item":
                   "1|Toy Story (1995)|01-Jan-1995||http://x|0|1|1\n2|unknown||||1|0|0\n"
                   "3|Café (1999)|||http://y|0|0|1\n",
               "u.data": "1\t1\t5\t874965758\n1\t3\t3\t876893171\n2\t2\t1\t889751712\n"}
IMDB = {"best_movie_ratings_features.csv":
            "title,aka,genres,year,votes,rating\n"
            "Heat (1995),\"['L, A']\",\"['Crime', 'Drama']\",[1995],9,8.2\n"
            "Big (1988),[],['Comedy'],[1988],5,7.3\n",
        "users_ratings.csv":
            "movie,user,rating,link\nHeat (1995),1,8,tt1\nBig (1988),1,3,tt2\n"
            "Heat (1995),2,10,tt1\n"}


@pytest.mark.parametrize("name", ["ml-latest-small", "ml-20m", "ml-25m", "ml-32m"])
def test_csv_releases(tmp_path, name):
    write(tmp_path / name, CSV)
    got = load(name, tmp_path)
    assert got.movies.title.tolist()[1:3] == ["American President, The (1995)",
                                              '"Great Performances" Cats (1998)']
    assert got.movies.year.tolist()[:3] == [1995, 1995, 1998] and got.movies.year.isna().tolist()[3]
    assert (got.movies.genres.tolist()[3] == () and got.ratings.rating.tolist() == [4.0, .5, 5.0]
            and got.scale == (.5, 5, .5))


@pytest.mark.parametrize("name,encoding,folder",
                         [("ml-1m", "latin-1", "ml-1m"), ("ml-10m", "utf-8", "ml-10M100K")])
def test_dat_releases(tmp_path, name, encoding, folder):
    write(tmp_path / folder, DAT, encoding)
    got = load(name, tmp_path)
    assert got.movies.title.tolist() == ["Toy Story (1995)", "Misérables, Les (1995)",
                                         "A :: B (2000)"]
    assert (got.movies.genres.tolist()[0] == ("Animation", "Children's")
            and got.ratings.user_id.tolist() == [1, 1, 2])


def test_half_stars_of_10m(tmp_path):
    write(tmp_path / "ml-10m", {**DAT, "ratings.dat": "1::1::4.5::978300760\n1::2::3::978302109\n"})
    assert load("ml-10m", tmp_path).ratings.rating.tolist() == [4.5, 3.0]
    write(tmp_path / "ml-1m", {**DAT, "ratings.dat": "1::1::4.5::978300760\n1::2::3::978302109\n"})
    with pytest.raises(DataError, match="a rating on the scale 1 to 5"):
        load("ml-1m", tmp_path)


def test_100k(tmp_path):
    write(tmp_path / "ml-100k", ONE_HUNDRED, "latin-1")
    got = load("ml-100k", tmp_path)
    assert (got.movies.genres.tolist() == [("Action", "Drama"), (), ("Drama",)]
            and got.movies.title.tolist()[2] == "Café (1999)")
    assert got.ratings.rating.tolist() == [5, 3, 1]


def test_imdb(tmp_path):
    write(tmp_path / "imdb", IMDB)
    got = load("imdb", tmp_path)
    assert (got.movies.genres.tolist() == [("Crime", "Drama"), ("Comedy",)]
            and got.movies.mean_rating.tolist() == [8.2, 7.3])


def test_large_files_are_kept_as_parquet(tmp_path, monkeypatch):
    write(tmp_path / "ml-20m", CSV)
    monkeypatch.setattr(formats, "LARGE", 10)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache")
    first, again = load("ml-20m", tmp_path), load("ml-20m", tmp_path)
    assert (first.checksum == again.checksum
            and len(list((tmp_path / "cache" / "parquet").glob("*.parquet"))) == 1)
    (tmp_path / "ml-20m" / "ratings.csv").write_text(CSV["ratings.csv"].replace("0.5,", "1.5,"))
    assert load("ml-20m", tmp_path).ratings.rating.tolist() == [4.0, 1.5, 5.0]


@pytest.mark.parametrize("name,folder,counts",
                         [("ml-latest-small", "ml-latest-small", (100836, 610, 9742)),
                          ("ml-100k", "ml-100k", (100000, 943, 1682)),
                          ("imdb", "imdb-top1000", (37703, 239, 1000))])
def test_real_files(name, folder, counts):
    got = load(name, real_data(folder).parent)
    assert (len(got.ratings), len(got.users), len(got.movies)) == counts


def damage(kind, texts, rng):
    "One text file of a set, damaged in a way that no reader may overlook"
    name = rng.choice(sorted(texts))
    lines = [line for line in texts[name].splitlines(keepends=True) if line.strip()]
    row = rng.randrange(1 if name.endswith("csv") else 0, len(lines))
    cells = {"ratings.csv": ",", "movies.csv": ",", "ratings.dat": "::", "movies.dat": "::",
             "u.data": "\t", "u.item": "|", "u.genre": "|"}.get(name, ",")
    if kind == "empty":
        return {**texts, name: ""}
    if kind == "nul":
        lines[row] = lines[row][:2] + "\0" + lines[row][2:]
    if kind == "cut":
        lines[row] = cells.join(lines[row].split(cells)[:1]) + "\n"
    if kind == "word":
        parts = lines[row].split(cells)
        lines[row] = cells.join(["?!"] + parts[1:])
    return {**texts, name: "".join(lines)}


@pytest.mark.parametrize("kind", ["empty", "nul", "cut", "word"])
@pytest.mark.parametrize("name,texts", [("ml-20m", CSV), ("ml-1m", DAT), ("ml-100k", ONE_HUNDRED)])
def test_damaged_files_are_refused(tmp_path, name, texts, kind):
    for seed in range(40):
        broken = damage(kind, texts, random.Random(seed))
        folder = write(tmp_path / str(seed) / name, broken)
        with pytest.raises(DataError) as error:
            load(name, folder)
        assert "\n" not in str(error.value)


DAMAGED = {
    "one byte of a UTF-8 file": ("ml-20m", CSV, "movies.csv",
                                 lambda t: t.replace("Toy", "Amélie \udce9"),
                                 "line 2: expected text in UTF-8, got the byte 0xe9"),
    "both encodings in one file": ("ml-1m", DAT, "movies.dat", lambda t: t.replace("Toy", "\udce9"),
                                   "in UTF-8 or in Latin-1, not in both"),
    "UTF-16": ("ml-25m", CSV, "ratings.csv", lambda t: "\udcff\udcfe" + "\0".join(t),
               "the byte 0xff"),
    "a byte order mark inside": ("ml-20m", CSV, "ratings.csv",
                                 lambda t: t + "\ufeff2,1,3.0,847117005\n", "a byte order mark"),
    "carriage returns in the header": ("ml-20m", CSV, "ratings.csv",
                                       lambda t: t.replace("rating,", "rating\r,"),
                                       "add timestamp"),
    "an empty movie": ("ml-20m", CSV, "movies.csv", lambda t: t + ",,\n", "an id for every movie"),
    "a negative id": ("ml-20m", CSV, "ratings.csv", lambda t: t.replace("2,2,", "-2,2,"),
                      "ids of 1 or more"),
    "titles and genres swapped": ("ml-20m", CSV, "movies.csv",
                                  lambda t: "movieId,title,genres\n1,Drama,Heat (1995)\n",
                                  "a title, 'Heat"),
    "the last time cut short": ("ml-20m", CSV, "ratings.csv", lambda t: t[:-4],
                                "a time since 1995"),
    "the last time cut off": ("ml-1m", DAT, "ratings.dat", lambda t: t[:-10], "a time since 1995"),
    "users and times swapped": ("ml-1m", DAT, "ratings.dat",
                                lambda t: "978300760::1::5::1\n978302109::2::3::1\n",
                                "a time since 1995"),
    "one field too many": ("ml-10m", DAT, "movies.dat", lambda t: t.replace("War", "War::7"),
                           "line 3: expected MovieID::Title::Genres"),
    "no genres": ("ml-10m", DAT, "movies.dat", lambda t: t.replace("War", ""),
                  "line 3: expected MovieID::Title::Genres"),
    "one endless line": ("ml-1m", DAT, "movies.dat", lambda t: "x"*10**6, "x..."),
    "genres without numbers": ("ml-100k", ONE_HUNDRED, "u.genre", lambda t: t.replace("|", ";"),
                               "a genre and its number"),
    "genres in another order": ("ml-100k", ONE_HUNDRED, "u.genre",
                                lambda t: "unknown|0\nDrama|2\nAction|1\n",
                                "a genre and its number"),
    "a number among genres": ("imdb", IMDB, "best_movie_ratings_features.csv",
                              lambda t: t.replace("['Comedy']", '"[\'Comedy\', 7]"'),
                              "column `genres`"),
    "a year that is text": ("imdb", IMDB, "best_movie_ratings_features.csv",
                            lambda t: t.replace("[1988]", "['1988']"), "a list such as [1995]"),
    "a catalogue's rating off the scale":
        ("imdb", IMDB, "best_movie_ratings_features.csv", lambda t: t.replace("7.3", "73"),
         "a rating from 1 to 10, got 73"),
    "a missing column": ("ml-20m", CSV, "movies.csv", lambda t: t.replace("movieId", "film"),
                         "a column movieId"),
    "a quote that opens and never closes":
        ("ml-20m", CSV, "ratings.csv",
         lambda t: t.replace("964982703", "\"") + "1,2,3,964982703\n"*999, "...; correct"),
    "no header at all": ("ml-20m", CSV, "movies.csv", lambda t: "", "an empty file")}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_that_was_once_overlooked(tmp_path, kind):
    name, texts, file, change, why = DAMAGED[kind]
    folder = write(tmp_path / name, {**texts, file: change(texts[file])})
    # the folder around it, and itself: never a download in its place
    for directory in (tmp_path, folder):
        with pytest.raises(DataError) as error:
            load(name, directory)
        assert (why in str(error.value) and "\n" not in str(error.value)
                and len(str(error.value)) < 900)


def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    plain = load("ml-20m",
                 write(tmp_path / "a" / "ml-20m",
                       {k: t.replace("\r\n", "\n") for k, t in CSV.items()}))
    other = load("ml-20m",
                 write(tmp_path / "b" / "ml-20m", {k: "\ufeff" + t for k, t in CSV.items()}))
    assert plain.checksum == other.checksum


@pytest.mark.parametrize("change,why", [
    (lambda t: t.replace("4.0,", "7.0,"), "a rating on the scale"),
    (lambda t: t.replace("4.0,", "four,"), "invalid value 'four'"),
    (lambda t: t + "1,1,3.0,964982703\n", "a second one"),
    (lambda t: t + "1,99,3.0,964982703\n", "an unknown movie"),
    (lambda t: t.replace("rating,", "stars,"), "add rating"), (lambda t: "", "an empty file"),
    (lambda t: t.replace("4.0,", "nan,"), "on the scale")])
def test_bad_ratings_are_one_clear_line(tmp_path, change, why):
    folder = write(tmp_path / "ml-20m", {**CSV, "ratings.csv": change(CSV["ratings.csv"])})
    with pytest.raises(DataError, match=why) as error:
        load("ml-20m", folder)
    assert "\n" not in str(error.value)


def test_genres_that_are_no_list(tmp_path):
    folder = write(tmp_path / "imdb",
                   {**IMDB, "best_movie_ratings_features.csv":
                        IMDB["best_movie_ratings_features.csv"].replace("['Comedy']", "Comedy")})
    with pytest.raises(DataError,
                       match="^line 3 of .*features.csv, column `genres`.*a list such as"):
        load("imdb", folder)


def test_download_is_verified_and_unpacked(publisher, cache):
    assert len(load("ml-1m", progress=False).ratings) == 3
    assert [p.name for p in cache.iterdir()] == ["ml-1m"]
    # found, not fetched again
    assert len(load("ml-1m", progress=False).ratings) == 3 and publisher.state["asked"] == [0]


def test_wrong_checksum_keeps_nothing(publisher, cache):
    publisher.content = archive({**DAT, "ratings.dat": "1::1::1::1\n"})
    with pytest.raises(DataError,
                       match="expected the published checksum.*nothing was kept") as error:
        load("ml-1m", progress=False)
    assert "\n" not in str(error.value) and not [p for p in cache.iterdir() if p.suffix != ".tmp"]


def test_a_download_cut_short_goes_on_where_it_stopped(publisher, cache, monkeypatch):
    publisher.content = archive({**DAT, "README": random.Random(0).randbytes(400_000)})
    monkeypatch.setitem(downloads.SOURCES, "ml-1m",
                        downloads.SOURCES["ml-1m"]._replace(md5=md5(publisher.content).hexdigest()))
    publisher.state["cut"] = True
    with pytest.raises(DataError, match="cut short") as error:
        load("ml-1m", progress=False)
    assert "\n" not in str(error.value) and not (cache / "ml-1m").exists()
    assert len(load("ml-1m", progress=False).ratings) == 3
    assert publisher.state["asked"][1] > 0


def test_remains_of_another_download_are_dropped(publisher, cache):
    cache.mkdir()
    (cache / "ml-1m.zip.part").write_bytes(bytes(len(publisher.content) + 1))
    assert (len(load("ml-1m", progress=False).ratings) == 3
            and [p.name for p in cache.iterdir()] == ["ml-1m"])


def test_no_network_names_the_ways_out(monkeypatch, cache):
    monkeypatch.setitem(downloads.SOURCES, "ml-1m",
                        downloads.SOURCES["ml-1m"]._replace(archive="http://127.0.0.1:9/ml-1m.zip"))
    monkeypatch.delenv(downloads.ENV, raising=False)
    with pytest.raises(DataError,
                       match="connect to the network, or put its files.*or start with `sample`"):
        load("ml-1m", progress=False)


def test_an_archive_cannot_write_outside(publisher, cache, monkeypatch):
    publisher.content = archive(DAT, "../evil/")
    monkeypatch.setitem(downloads.SOURCES, "ml-1m",
                        downloads.SOURCES["ml-1m"]._replace(md5=md5(publisher.content).hexdigest()))
    with pytest.raises(DataError, match="do not use this archive"):
        load("ml-1m", progress=False)
    assert not (cache.parent / "evil").exists()


@given(st.sets(st.integers(0, 10**6), min_size=20, max_size=200), st.integers(0, 2**31))
@settings(max_examples=50, deadline=None)
def test_split_is_a_partition(users, seed):
    parts = split_users(sorted(users), seed=seed)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), sorted(users))
    assert sum(len(p) for p in parts) == len(users)


def test_checksum_does_not_depend_on_types(sample):
    again = Dataset.from_frames(sample.movies.assign(year=sample.movies.year.astype(float)),
                                sample.ratings.astype({"rating": "float32"}),
                                sample.scale, "other name")
    assert again.checksum == sample.checksum
    turned = Dataset.from_frames(sample.movies, pd.concat([sample.ratings[1:], sample.ratings[:1]]),
                                 sample.scale)
    assert turned.checksum != sample.checksum


OWN = {"movies.csv":
           "movie_id,title,year,genres\n1,A,1990,Crime|War\n"
           "2,\"B,\nthe second\",1991,Drama\n3,C,1992,War\n",  # a title goes over two lines
       "ratings.csv": "user_id,movie_id,rating\n1,1,3\n\n1,2,4\n2,1,4\n"}
COUNTED = {
    "no number": ("ratings.csv", "2,1,4", "2,1,good",
                  "line 5 of .*ratings.csv.*invalid value 'good'"),
    "another number of fields": ("ratings.csv", "2,1,4", "2,1,4,4",
                                 "line 5 of .*ratings.csv.*Expected 3 columns"),
    "rated twice": ("ratings.csv", "2,1,4", "1,1,4",
                    "^line 5 of .*ratings.csv .user 1, movie 1.: expected one rating"),
    "unknown movie": ("ratings.csv", "2,1,4", "2,9,4",
                      "^line 5 of .*ratings.csv .user 2, movie 9.: expected a movie"),
    "no year": ("movies.csv", "1992", "new", "^line 5 of .*movies.csv, column `year`"),
    "no list": ("movies.csv", "1992,War", "1992,[War", "^line 5 of .*movies.csv, column `genres`"),
    "another name": ("movies.csv", "genres", "kinds", "rename yours in the first line of the file")}


@pytest.mark.parametrize("kind", COUNTED)
def test_a_bad_cell_is_named_by_its_line_in_the_file(tmp_path, kind):
    name, old, new, why = COUNTED[kind]
    folder = write(tmp_path / "own", {**OWN, name: OWN[name].replace(old, new)})
    with pytest.raises(DataError, match=why):
        load(folder)


@pytest.mark.parametrize("genres,sign", [
    (["Crime;War", "Drama", "Comedy"], ";"), (["Crime/War", "War", "Drama"], "/"),
    (["Crime, War", "Crime, Drama", "War"], ",")])
def test_genres_between_other_signs_are_noticed(tmp_path, genres, sign):
    rows = "".join(f'{i},M{i},1990,"{g}"\n' for i, g in enumerate(genres, 1))
    folder = write(tmp_path / "own", {**OWN, "movies.csv": "movie_id,title,year,genres\n" + rows})
    with pytest.raises(DataError,
                       match="bars between genres, such as Crime.Drama, got .* "
                             f"replace '{sign}' by"):
        load(folder)


def test_a_stroke_may_belong_to_a_genre(tmp_path):
    folder = write(tmp_path / "own",
                   {**OWN, "movies.csv": OWN["movies.csv"].replace("Crime|War", "Sci-Fi/Fantasy")})
    assert load(folder).movies.genres[1] == ("Sci-Fi/Fantasy",)


def test_a_list_says_that_a_stroke_belongs_to_a_genre(tmp_path):
    folder = write(tmp_path / "own",
                   {**OWN, "movies.csv":
                        "movie_id,title,year,genres\n1,A,1990,\"['Crime/War']\"\n"
                        "2,B,1990,War\n3,C,1991,Drama\n"})
    assert (load(folder).movies.genres[1] == ("Crime/War",)
            and load(folder).movies.genres[2] == ("War",))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_users_to_split_are_told_how_many_are_needed(n):
    with pytest.raises(DataError, match=f"at least 3, .* got {n};"):
        split_users(range(n))


@pytest.mark.parametrize("fractions",
                         [(.7, .1, .2), (.98, .01, .01), (.01, .01, .98), (.2, .6, .2)])
def test_three_users_or_more_are_split_into_groups_none_of_which_is_empty(fractions):
    for n in range(3, 60):
        sizes = [len(part) for part in split_users(range(n), fractions)]
        assert sum(sizes) == n and min(sizes) >= 1
    assert ([len(part) for part in split_users(range(1000), fractions)]
            == [round(1000*f) for f in fractions])


@pytest.mark.parametrize("sign", [";", "\t"])
def test_columns_between_other_signs_are_noticed(tmp_path, sign):
    folder = write(tmp_path / "own", {**OWN, "movies.csv": OWN["movies.csv"].replace(",", sign)})
    with pytest.raises(DataError,
                       match="expected commas between columns, got .*; save it with commas"):
        load(folder)


@pytest.mark.parametrize("scale", [(1, 5, 1), [1, 5, 1], np.array([1, 5, 1]),
                                   pd.Series([1, 5, 1])], ids=["tuple", "list", "array", "series"])
def test_a_scale_may_come_in_any_row_of_three(scale):
    movies = pd.DataFrame(dict(movie_id=[1, 2], title=["a", "b"], genres=[("X",), ("Y",)]))
    ratings = pd.DataFrame(dict(user_id=[1, 1], movie_id=[1, 2], rating=[1., 5.]))
    assert Dataset.from_frames(movies, ratings, scale).scale == (1, 5, 1)
