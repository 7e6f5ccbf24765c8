#include "operations/rip.h"

#include <fmt/format.h>

#include <algorithm>

#include "bytes/output_file.h"
#include "operations/rip_finish.h"
#include "operations/rip_offsets.h"
#include "operations/rip_sums.h"
#include "operations/rip_target.h"
#include "pregap/error.h"
#include "pregap/open.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t kSessionPregap = 150;
constexpr std::int32_t kMostCache = 8192;  // sectors, 18 MiB
constexpr std::uint16_t kSingleSpeed = 176;

class Ripping {
 public:
  Ripping(drive::Drive& drive, const fs::path& out, const RipOptions& options)
      : mmc_(drive), out_(out), options_(options), start_(drive.clock().now()) {}

  RipReport run() {
    if (!options_.accuraterip.empty()) {
      const std::vector<std::uint8_t> bytes = read_small_file(options_.accuraterip);
      known_ = parse_accuraterip(bytes, options_.accuraterip.string());
      report_.accuraterip_asked = true;
    }
    look_at_drive();
    look_at_disc();
    choose_way();
    plan();
    open_store();
    read();
    RipFinish finish(*plan_, *store_, *passes_, options_, report_);
    finished_ = finish.run();
    if (options_.twice) passes_->read_again(test_taker());
    write();
    return std::move(report_);
  }

 private:
  void look_at_drive() {
    report_.drive = mmc_.identify();
    report_.capabilities = mmc_.capabilities();
    mmc_.require_ready();
    choose_offset();
  }

  void choose_offset() {
    const auto take = [this](std::optional<int> samples, OffsetSource source) {
      if (!samples || report_.offset_source != OffsetSource::unknown) return;
      report_.offset = *samples;
      report_.offset_source = source;
    };
    take(options_.offset, OffsetSource::given);
    if (!options_.offset_table.empty()) {
      const std::vector<std::uint8_t> bytes = read_small_file(options_.offset_table);
      const std::string text(bytes.begin(), bytes.end());
      const auto table = parse_offset_table(text, options_.offset_table.string());
      take(find_offset(table, report_.drive.name()), OffsetSource::table);
    }
    take(known_offset(report_.drive.name()), OffsetSource::built_in);
  }

  void look_at_disc() {
    report_.toc = read_disc_toc(mmc_);
    report_.ids = disc_ids(report_.toc);
    report_.abilities = probe_drive(mmc_, report_.toc);
    target_ = target_of(out_, options_, report_.toc, report_.ids);
  }

  // Whole sectors, or where the drive has none, user data for an .iso.
  void choose_way() {
    const bool whole = report_.abilities.raw && !report_.abilities.bare;
    report_.unchecked = !whole;
    if (whole || target_.format == "iso") return;
    throw Error(ErrorCode::unsupported, mmc_.name(),
                report_.abilities.raw
                    ? "data sectors without EDC and parity, expected whole ones"
                    : "no answer to READ CD at several places, expected whole sectors",
                "OUT.iso takes the user data that the drive gives");
  }

  bool wants_subchannel() const {
    return target_.format == "ccd" && report_.abilities.sub != drive::Sub::none;
  }

  // A later session's pause is read where the drive gives it.
  std::int32_t readable_pregap(const TocTrack& track) {
    std::vector<std::uint8_t> sector(kSectorSize);
    for (const std::int32_t before : {1, kSessionPregap / 2, kSessionPregap}) {
      const drive::Reply reply =
          mmc_.read_cd(drive::Expected::any, track.start - before, 1, {}, sector);
      if (!reply.good()) return 0;
    }
    return kSessionPregap;
  }

  void plan() {
    const DiscToc& toc = report_.toc;
    std::vector<std::vector<Border>> borders(toc.sessions.size());
    std::vector<std::int32_t> pregaps(toc.sessions.size(), 0);
    const auto position_at = position_reader(mmc_, report_.abilities.sub);
    for (std::size_t s = 0; s < toc.sessions.size(); ++s) {
      const auto first = std::ranges::find(toc.tracks, toc.sessions[s].number, &TocTrack::session);
      if (s == 0) {
        pregaps[0] = first->start.value;
      } else if (!report_.unchecked) {
        pregaps[s] = readable_pregap(*first);
      }
      if (report_.abilities.sub != drive::Sub::none) {
        borders[s] = find_borders(first->start, toc.sessions[s].lead_out, position_at);
      }
    }
    plan_ = std::make_unique<RipPlan>(toc, borders, pregaps, mmc_.name());
    report_.sectors = plan_->sectors();
    report_.problems = plan_->problems();
    report_.gaps_known =
        plan_->gaps_known() || (toc.tracks.size() == 1 && !toc.tracks.front().start.value);
    require_free_target(target_, plan_->disc(kSectorSize, wants_subchannel()), options_);
    set_side_names();
  }

  void set_side_names() {
    const auto with = [this](const char* ending) {
      fs::path path = target_.path;
      return path.replace_extension(ending);
    };
    report_.log = with(".log");
    report_.json = with(".json");
    report_.map = with(".map");
    if (options_.force || options_.resume) return;
    for (const fs::path& path : {report_.log, report_.json, report_.map}) {
      require_writable_target(path, Overwrite::refuse);
    }
  }

  std::string remark() const {
    const bool known = report_.offset_source != OffsetSource::unknown;
    return fmt::format("disc={} offset={}", fingerprint(report_.toc),
                       known ? "corrected" : "uncorrected");
  }

  void require_same_disc(const std::string& found) const {
    if (found == remark()) return;
    const std::size_t end = std::min(found.find(' '), found.size());
    const bool same_disc = remark().starts_with(found.substr(0, end) + ' ');
    throw Error(ErrorCode::refused, report_.map.string(),
                same_disc && end > 0
                    ? "another way of correcting the read offset, expected the same for all of it"
                    : "the map of another disc, expected that of the one in the drive",
                same_disc ? "--offset N says the drive's correction"
                          : "--force begins anew and throws away what was read");
  }

  void open_store() {
    const WorkPaths paths = work_paths(target_.path);
    const StoreSettings settings{
        .paths = paths,
        .sectors = plan_->sectors(),
        .sector_size = static_cast<std::uint32_t>(report_.unchecked ? kUserDataSize : kSectorSize),
        .subchannel = wants_subchannel(),
        .flush = options_.flush,
        .remark = remark()};
    const bool has_map = fs::exists(paths.map), has_work = fs::exists(paths.sectors);
    if (has_work && !options_.resume && !options_.force) {
      throw Error(ErrorCode::exists, paths.sectors.string(),
                  "an unfinished rip, expected no file of that name",
                  "--resume goes on with it, --force begins anew");
    }
    report_.resumed = options_.resume && has_map && (has_work || fs::exists(target_.path));
    if (!report_.resumed) {
      store_ = std::make_unique<RipStore>(settings, RipStore::Start::anew, mmc_.drive().clock());
    } else {
      resume(settings, has_work);
    }
    const ReaderSettings reader{
        .offset = report_.offset, .subchannel = wants_subchannel(), .cooked = report_.unchecked};
    reader_ = std::make_unique<RipReader>(mmc_, report_.abilities, reader);
  }

  void resume(const StoreSettings& settings, bool has_work) {
    const std::vector<std::uint8_t> bytes = read_small_file(settings.paths.map);
    const std::string remark = RipMap::remark_of(std::string(bytes.begin(), bytes.end()));
    if (!remark.empty()) require_same_disc(remark);
    std::optional<Disc> earlier;
    if (!has_work) earlier = open_disc(target_.path);
    store_ = std::make_unique<RipStore>(settings, RipStore::Start::resume, mmc_.drive().clock());
    if (earlier) take_over(*earlier);
  }

  // A finished rip with places that stayed unread becomes a work file again.
  void take_over(const Disc& earlier) {
    SectorArray sector;
    for (std::int32_t i = 0; i < plan_->sectors(); ++i) {
      const SectorState state = store_->map()[i];
      if (state != SectorState::good && state != SectorState::in_doubt) continue;
      const Lba lba = plan_->lba_of(i);
      if (earlier.read_sectors(lba, 1, sector) != 1) {
        throw Error(ErrorCode::malformed,
                    fmt::format("{}:LBA {}", target_.path.string(), lba.value),
                    "no sector, expected what the map calls read");
      }
      const auto bytes = std::span(sector);
      store_->put(i, report_.unchecked ? bytes.subspan(16, kUserDataSize) : bytes, state);
      std::array<std::uint8_t, kSubchannelSize> sub;
      if (earlier.read_subchannel(lba, 1, sub) == 1) store_->put_subchannel(i, sub);
    }
    store_->save();
  }

  std::int32_t cache_sectors() const {
    const int kib = report_.capabilities ? report_.capabilities->buffer : 2048;
    const std::int32_t size = static_cast<std::int32_t>(store_->settings().sector_size);
    return std::clamp(kib * 1024 / size + 1, 32, kMostCache);
  }

  void read() {
    if (options_.speed) {
      mmc_.set_speed(static_cast<std::uint16_t>(std::min(*options_.speed * kSingleSpeed, 0xFFFF)));
    }
    const PassSettings settings{.retries = options_.retries,
                                .time_limit = options_.time_limit,
                                .cache_sectors = cache_sectors(),
                                .observer = options_.observer,
                                .stop = options_.stop};
    passes_ =
        std::make_unique<RipPasses>(mmc_, *plan_, *reader_, *store_, report_.abilities, settings);
    passes_->run();
    report_.passes = passes_->counts();
  }

  std::function<void(std::int32_t, std::span<const std::uint8_t>)> test_taker() {
    test_ = std::make_unique<TestSums>(report_.tracks);
    return [this](std::int32_t index, std::span<const std::uint8_t> data) {
      test_->take(plan_->lba_of(index), data);
    };
  }

  void sum() {
    sum_tracks(*finished_, report_.tracks, report_.audio_crc32);
    if (test_) test_->finish();
    std::size_t n = 0;
    for (RipTrack& track : report_.tracks) {
      if (track.type != TrackType::audio) continue;
      track.accuraterip =
          match_accuraterip(known_, n++, track.accuraterip_v1, track.accuraterip_v2);
    }
  }

  void write() {
    sum();
    ConvertOptions convert_options;
    convert_options.to = target_.format;
    convert_options.force = options_.force || report_.resumed;
    convert_options.sync = options_.flush;
    convert_options.keep_damaged = true;
    convert_options.split_tracks = options_.split_tracks;
    const ConvertReport converted = convert_read(convert_options);
    report_.outputs = converted.outputs;
    report_.losses = converted.losses;
    for (const Problem& problem : converted.problems) report_.problems.push_back(problem);
    report_.subchannel = store_->settings().subchannel;
    store_->save();
    store_->remove_work_files();
    report_.commands = mmc_.commands();
    report_.sectors_read = reader_->sectors_read();
    report_.elapsed = mmc_.drive().clock().now() - start_;
  }

  // Form 2 sectors don't fit into an .iso; all of them were read by then.
  ConvertReport convert_read(const ConvertOptions& options) {
    try {
      return convert(*finished_, target_.path, options);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unsupported || target_.format != "iso") throw;
      const std::string sheet = fs::path(target_.path).replace_extension(".cue").string();
      throw Error(ErrorCode::unsupported, error.place(), error.message(),
                  fmt::format("what was read is kept: {} with --resume writes all of it", sheet));
    }
  }

  drive::Mmc mmc_;
  fs::path out_;
  const RipOptions& options_;
  std::chrono::nanoseconds start_;
  RipReport report_;
  RipTarget target_;
  std::vector<AccurateRipEntry> known_;
  std::unique_ptr<RipPlan> plan_;
  std::unique_ptr<RipStore> store_;
  std::unique_ptr<RipReader> reader_;
  std::unique_ptr<RipPasses> passes_;
  std::optional<Disc> finished_;
  std::unique_ptr<TestSums> test_;
};

}  // namespace

RipReport rip(drive::Drive& drive, const fs::path& out, const RipOptions& options) {
  return Ripping(drive, out, options).run();
}

}  // namespace pregap::operations
