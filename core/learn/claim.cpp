// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/claim.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cctype>
#include <numeric>
#include <system_error>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// Takes members out of a JSON object and remembers the first thing that is wrong.
class Members
{
public:
    Members(const Json& json, std::string where)
        : m_json(json)
        , m_where(std::move(where))
    {
        if (!json.is_object())
            fail("must be an object");
    }

    void text(const char* key, std::string& value, bool isNeeded)
    {
        const Json* const member = find(key);
        if (member == nullptr ? isNeeded : !member->is_string())
            fail(fmt::format("needs the text \"{}\"", key));
        else if (member != nullptr)
            value = member->get<std::string>();
    }

    void number(const char* key, std::optional<double>& value)
    {
        const Json* const member = find(key);
        if (member == nullptr)
            return;
        if (member->is_number())
            value = member->get<double>();
        else
            fail(fmt::format("\"{}\" must be a number", key));
    }

    void settings(const char* key, std::vector<std::string>& values)
    {
        const Json* const member = find(key);
        if (member == nullptr)
            return;
        if (!member->is_object()) {
            fail(fmt::format("\"{}\" must be an object of settings", key));
            return;
        }
        for (const auto& [name, value] : member->items())
            values.push_back(name + "=" + value.dump());
    }

    const Json* list(const char* key, bool isNeeded)
    {
        const Json* const member = find(key);
        if (member == nullptr ? isNeeded : (!member->is_array() || member->empty())) {
            fail(fmt::format("\"{}\" must be a list with something in it", key));
            return nullptr;
        }
        return member;
    }

    const Json* find(const char* key)
    {
        m_known.emplace_back(key);
        const auto member = m_json.is_object() ? m_json.find(key) : m_json.end();
        return member == m_json.end() ? nullptr : &*member;
    }

    /// After everything was asked for.
    const std::string& problem()
    {
        for (const auto& [key, value] : m_json.items())
            if (m_json.is_object() && std::ranges::find(m_known, key) == m_known.end())
                fail(fmt::format("has no member \"{}\"", key));
        return m_problem;
    }

    void fail(const std::string& what)
    {
        if (m_problem.empty())
            m_problem = m_where + " " + what;
    }

private:
    const Json& m_json;
    std::string m_where;
    std::vector<std::string> m_known{};
    std::string m_problem{};
};

std::string entryName(const Claim& claim, const ClaimRun& run, const std::string& model)
{
    return claim.models.size() > 1 ? run.name + " " + model : run.name;
}

bool isFolderName(const std::string& name)
{
    return !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '-';
    });
}

/// What is wrong with the claim as a whole; empty if nothing is.
std::string contradiction(const Claim& claim)
{
    std::vector<std::string> entries;
    for (const ClaimRun& run : claim.runs) {
        if (!isFolderName(run.name))
            return fmt::format("the run \"{}\" may be named with letters, digits and hyphens only",
                               run.name);
        for (const std::string& model : claim.models) {
            if (model != "best" && model != "last")
                return "models are \"best\" or \"last\"";
            entries.push_back(entryName(claim, run, model));
        }
    }
    std::vector<std::string> once = entries;
    std::ranges::sort(once);
    if (std::ranges::adjacent_find(once) != once.end())
        return "two runs have the same name";
    if (std::ranges::find(claimFigures(), claim.test.figure, &ClaimFigure::name) ==
        claimFigures().end())
        return fmt::format("there is no figure \"{}\"", claim.test.figure);
    if (std::ranges::find(entries, claim.test.best) == entries.end())
        return fmt::format("\"best\" names \"{}\", which is none of: {}", claim.test.best,
                           fmt::join(entries, ", "));
    if (!claim.test.atLeast && entries.size() < 2)
        return "one run alone is not better than others";
    return {};
}

} // namespace

const std::vector<ClaimFigure>& claimFigures()
{
    static const std::vector<ClaimFigure> figures{
        {"validationLoss"},  {"testLoss"},  {"validationBitsPerNote"},
        {"testBitsPerNote"}, {"trainLoss"}, {"seconds"},
        {"copies"}};
    return figures;
}

Result<Claim> claimFromJson(std::string_view name, std::string_view text)
{
    const auto bad = [&name](const std::string& why) {
        return Error{ErrorKind::Usage,
                     "claim.bad",
                     fmt::format("The claim \"{}\" cannot be used: {}.", name, why),
                     {{"claim", std::string(name)}, {"why", why}}};
    };
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return bad("it is not JSON");
    Claim claim;
    claim.name = name;
    Members members(json, "it");
    members.text("title", claim.title, true);
    members.text("claim", claim.claim, true);
    members.text("preset", claim.preset, true);
    members.text("variant", claim.variant, false);
    members.settings("set", claim.settings);
    if (const Json* const models = members.list("models", false)) {
        claim.models.clear();
        for (const Json& model : *models)
            claim.models.push_back(model.is_string() ? model.get<std::string>() : std::string());
    }
    if (const Json* const runs = members.list("runs", true)) {
        for (const Json& each : *runs) {
            ClaimRun run;
            Members own(each, "a run");
            own.text("name", run.name, true);
            own.text("words", run.words, true);
            own.settings("set", run.settings);
            if (!own.problem().empty())
                return bad(own.problem());
            claim.runs.push_back(std::move(run));
        }
    }
    if (const Json* const test = members.find("test")) {
        Members own(*test, "the test");
        own.text("figure", claim.test.figure, true);
        own.text("best", claim.test.best, true);
        own.number("atLeast", claim.test.atLeast);
        if (!own.problem().empty())
            return bad(own.problem());
    }
    if (!members.problem().empty())
        return bad(members.problem());
    if (const std::string why = contradiction(claim); !why.empty())
        return bad(why);
    return claim;
}

Result<std::vector<Claim>> listClaims(const fs::path& folder)
{
    std::error_code failure;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (entry->path().extension() == ".json")
            files.push_back(entry->path());
    if (failure)
        return fileError(failure.value(), folder, "read");
    std::ranges::sort(files);
    std::vector<Claim> claims;
    for (const fs::path& file : files) {
        const Result<std::string> text = readTextFile(file, 1 << 20);
        if (!text)
            return text.error();
        Result<Claim> claim = claimFromJson(file.stem().string(), *text);
        if (!claim)
            return claim.error();
        claims.push_back(std::move(*claim));
    }
    return claims;
}

Result<Claim> loadClaim(const fs::path& folder, const std::string& name)
{
    Result<std::vector<Claim>> claims = listClaims(folder);
    if (!claims)
        return claims.error();
    std::vector<std::string> names;
    for (Claim& claim : *claims) {
        if (claim.name == name)
            return std::move(claim);
        names.push_back(claim.name);
    }
    const std::optional<std::string> near = nearestWord(name, names);
    return Error{ErrorKind::Usage,
                 "claim.unknown",
                 fmt::format("There is no claim \"{}\"{} There are: {}.", name,
                             near ? fmt::format("; did you mean \"{}\"?", *near) : ".",
                             fmt::join(names, ", ")),
                 {{"claim", name}, {"nearest", near.value_or("")}}};
}

double ClaimEntry::mean() const
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double ClaimEntry::spread() const
{
    const auto [least, most] = std::ranges::minmax_element(values);
    return *most - *least;
}

ClaimVerdict verdictOf(const ClaimTest& test, std::span<const ClaimEntry> entries)
{
    using Kind = ClaimVerdict::Kind;
    const auto best = std::ranges::find(entries, test.best, &ClaimEntry::name);
    assert(best != entries.end() && !best->values.empty());
    const std::string seeds = best->values.size() > 1
                                  ? fmt::format("{} random seeds", best->values.size())
                                  : std::string("one random seed, so that chance is not ruled out");
    if (test.atLeast) {
        const Kind kind = best->mean() >= *test.atLeast ? Kind::Holds : Kind::DoesNotHold;
        return {kind, fmt::format("{}: {} {:.3f}, {} {:g} wanted ({}).", test.figure, best->name,
                                  best->mean(), kind == Kind::Holds ? "at least" : "below the",
                                  *test.atLeast, seeds)};
    }
    const auto figure = std::ranges::find(claimFigures(), test.figure, &ClaimFigure::name);
    assert(figure != claimFigures().end());
    const double sign = figure->isLessBetter ? 1 : -1;
    Kind kind = Kind::Holds;
    std::string others;
    for (const ClaimEntry& entry : entries) {
        if (entry.name == best->name)
            continue;
        const double lead = sign * (entry.mean() - best->mean());
        const double doubt = std::max(entry.spread(), best->spread());
        if (lead < 0 && -lead > doubt)
            kind = Kind::DoesNotHold;
        else if (lead <= doubt && kind == Kind::Holds)
            kind = Kind::CannotBeTold;
        others += fmt::format(", {} {:.3f} ± {:.3f}", entry.name, entry.mean(), entry.spread() / 2);
    }
    return {kind, fmt::format("{}: {} {:.3f} ± {:.3f}{} ({}).", test.figure, best->name,
                              best->mean(), best->spread() / 2, others, seeds)};
}

} // namespace continuo
