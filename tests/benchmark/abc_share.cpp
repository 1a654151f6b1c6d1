// SPDX-License-Identifier: GPL-3.0-or-later
// How many tunes that a model of characters writes, left to itself, are ABC: drawn from the
// beginning of a piece to its end symbol without any mask, read by core/abc.
//
//   bench_abc_share MODEL.safetensors [TUNES]
#include "core/abc/read_abc.h"
#include "core/encode/abc.h"
#include "core/generate/model.h"
#include "core/generate/sampler.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

using namespace continuo;

namespace {

constexpr std::uint32_t kLongest = 4000;

struct Shares
{
    std::size_t ended = 0;  ///< Came to an end by themselves.
    std::size_t syntax = 0; ///< Read without a remark but for bars that do not add up.
    std::size_t clean = 0;  ///< Read without any remark.
    std::size_t notes = 0;
    std::map<std::string, std::size_t> remarks{};
};

std::string tuneText(const GeneratingModel& model, const SamplerSettings& sampler,
                     std::uint32_t number, bool& isEnded)
{
    const auto& encoding = dynamic_cast<const AbcEncoding&>(*model.encoding);
    const auto count = static_cast<std::size_t>(encoding.vocabulary().size());
    const Token end = encoding.vocabulary().find(SymbolKind::End).value();
    const SymbolMask free{std::vector<std::uint8_t>(count, 1), std::vector<std::uint8_t>(count, 1)};
    const CounterRandom random(1, CounterRandom::Domain::Sampling);
    std::vector<float> logits(count);
    ModelState state = model.network->start(1);
    std::vector<Token> tokens;
    Token last = end;
    for (std::uint32_t step = 0; step < kLongest; ++step) {
        model.network->read(state, std::span(&last, 1), logits, {});
        last = drawSymbol(distributionOf(logits, sampler, free), sampler, random, number, step);
        isEnded = last == end;
        if (isEnded)
            break;
        tokens.push_back(last);
    }
    return encoding.textOf(tokens);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("bench_abc_share MODEL.safetensors [TUNES]\n", stderr);
        return 2;
    }
    const auto model = loadModel(argv[1]);
    if (!model || model->encoding->name() != AbcEncoding::kName) {
        std::fprintf(stderr, "%s\n",
                     model ? "The model does not write ABC." : model.error().text.c_str());
        return 1;
    }
    const auto sampler = samplerFromJson(model->card.samplerJson);
    if (!sampler) {
        std::fprintf(stderr, "%s\n", sampler.error().text.c_str());
        return 1;
    }
    const auto tunes = static_cast<std::uint32_t>(argc > 2 ? std::atoi(argv[2]) : 100);
    Shares shares;
    for (std::uint32_t number = 0; number < tunes; ++number) {
        bool isEnded = false;
        const std::string text = tuneText(*model, *sampler, number, isEnded);
        if (number == 0)
            std::printf("%s\n\n", text.c_str());
        shares.ended += isEnded ? 1 : 0;
        const auto read = readAbc("X:1\nL:1/8\n" + text, "tune");
        if (!read || read->size() != 1 || read->front().score.noteCount() == 0) {
            ++shares.remarks["no tune"];
            continue;
        }
        shares.notes += read->front().score.noteCount();
        std::map<std::string, std::size_t> ids;
        for (const AbcRemark& remark : read->front().remarks)
            ++ids[remark.id];
        shares.clean += ids.empty() ? 1 : 0;
        ids.erase("abc.bar-does-not-add-up");
        shares.syntax += ids.empty() ? 1 : 0;
        for (const auto& [id, count] : ids)
            ++shares.remarks[id];
    }
    const auto percent = [&](std::size_t count) {
        return 100.0 * static_cast<double>(count) / tunes;
    };
    std::printf("%u tunes, %.1f notes each; %.0f %% came to an end\n", tunes,
                static_cast<double>(shares.notes) / tunes, percent(shares.ended));
    std::printf("%.0f %% read without a remark; %.0f %% but for bars that do not add up\n",
                percent(shares.clean), percent(shares.syntax));
    for (const auto& [id, count] : shares.remarks)
        std::printf("  %zu tunes: %s\n", count, id.c_str());
    return 0;
}
