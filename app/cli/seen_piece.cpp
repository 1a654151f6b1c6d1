// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seen_piece.h"

#include "app/cli/command_context.h"
#include "core/base/counted.h"
#include "core/encode/encoding.h"
#include "core/learn/preset.h"
#include "core/music/key.h"

#include <fmt/format.h>

#include <span>

namespace continuo::cli {

using nlohmann::ordered_json;

Result<TrainJob> presetJob(const std::string& presetAndVariant)
{
    const std::size_t colon = presetAndVariant.find(':');
    const Result<Preset> preset = loadPreset(resourceFolder() / "presets", presetAndVariant.substr(0, colon));
    if (!preset)
        return preset.error();
    return jobOf(*preset, colon == std::string::npos ? std::string() : presetAndVariant.substr(colon + 1));
}

Result<SeenPiece> seenPiece(const Score& score, const TrainJob& job)
{
    const auto encoding = fitEncoding(job.encoding, job.encodingOptionsJson, std::span(&score, 1));
    if (!encoding)
        return encoding.error();
    const Result<EncodedPiece> piece = (*encoding)->encode(score, {});
    if (!piece)
        return piece.error();
    const std::size_t steps = piece->tokens.size() / (*encoding)->limits().size();
    const std::string key = piece->key ? keyName(*piece->key) : std::string();
    SeenPiece seen;
    seen.json = {{"preset", job.preset},
                 {"encoding", job.encoding},
                 {"steps", steps},
                 {"notes", piece->report.notes},
                 {"key", key.empty() ? ordered_json() : ordered_json(key)},
                 {"semitones", piece->semitones},
                 {"text", piece->report.text()},
                 {"losses", ordered_json::array()}};
    for (const LossReport::Item& item : piece->report.items)
        seen.json["losses"].push_back({{"id", item.id}, {"count", item.count}, {"text", item.text}});
    const std::string moved = piece->semitones == 0 ? " as it is" : fmt::format(" moved by {:+} semitones", piece->semitones);
    seen.words = fmt::format("{}{}; {}", counted(steps, "step", "steps"), key.empty() ? std::string() : ", " + key + moved,
                             piece->report.text());
    return seen;
}

} // namespace continuo::cli
