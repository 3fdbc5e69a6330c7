#pragma once

#include <string>
#include <string_view>
#include <vector>

// What the names of directories and files say about a data set: pure functions of one name, which
// has no slash in it unless said otherwise. Upper case counts as lower case.

namespace roar::plumbing {

std::string lower_case(std::string_view text);  // ASCII
// The names between the slashes; of "/a/b" they are "a" and "b".
std::vector<std::string_view> path_segments(std::string_view path);
// What is before and after the last slash; without one, nothing and all.
std::string_view directory_of(std::string_view path) noexcept;
std::string_view file_name_of(std::string_view path) noexcept;
bool is_path_below(std::string_view path, std::string_view directory) noexcept;

// "train", "val", "test", "dev", "predict" or "holdout" for a directory of that or a similar name:
// "validation", "train2017". Empty for any other.
std::string_view split_of_directory(std::string_view name);
// The same for a file whose first or last word says so: "train-00000-of-00004.parquet",
// "x_test.npy". Numbers at its end do not count.
std::string_view split_of_file(std::string_view name);

// "v1.2", "1.0.3", "2024-01-31" or a digest of 40 or 64 digits, if that is the name or, but for
// the digest, the end of it: "mnist-v2", "dump_2024-01-31.zarr". Empty for any other.
std::string version_in(std::string_view name);

bool is_date(std::string_view name) noexcept;       // "2024-01-31"
bool is_partition(std::string_view name) noexcept;  // "year=2024", or a date
// "2024", "01", "31".
bool is_calendar_day(std::string_view year, std::string_view month, std::string_view day) noexcept;
// "part-00001.csv", "shard_7", "x-00001-of-00009.tar", "000123.tar".
bool is_shard(std::string_view file_name);
// One of many recordings: "session_0001_ab", also with ".lance".
bool is_recording(std::string_view name);
// A list of what is in a data set, or a mark that it is complete.
bool is_manifest(std::string_view file_name);
// Of what comes and goes: "tmp", "checkpoints", "wandb".
bool is_volatile(std::string_view name);

}  // namespace roar::plumbing
