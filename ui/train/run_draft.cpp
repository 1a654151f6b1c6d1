// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_draft.h"

#include "ui/train/json_members.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

const QString& encodingName()
{
    static const QString key = QStringLiteral("encoding.name");
    return key;
}

bool isOfEncoding(const QString& key)
{
    return key.startsWith(QLatin1String("encoding."));
}

} // namespace

Json RunDraft::job() const
{
    Json all = base;
    // Another encoding has options of its own.
    if (changed.contains(encodingName()))
        all["encoding"] = Json::object();
    for (const auto& [key, setting] : changed)
        setValueAt(all, key, setting);
    return all;
}

Json RunDraft::value(const QString& key) const
{
    const auto found = changed.find(key);
    if (found != changed.end())
        return found->second;
    return isOfEncoding(key) && changed.contains(encodingName()) ? Json() : valueAt(base, key);
}

void RunDraft::set(const QString& key, const Json& setting)
{
    if (key == encodingName() && setting != value(key))
        std::erase_if(changed, [](const auto& each) { return isOfEncoding(each.first); });
    const bool isOfAnotherEncoding =
        key != encodingName() && isOfEncoding(key) && changed.contains(encodingName());
    // Numbers are compared as numbers: 1 and 1.0 are no change.
    if (setting == valueAt(base, key) && !isOfAnotherEncoding)
        changed.erase(key);
    else
        changed[key] = setting;
}

QStringList RunDraft::arguments() const
{
    QStringList words{QStringLiteral("--preset"), preset};
    if (!variant.isEmpty())
        words << QStringLiteral("--variant") << variant;
    words << QStringLiteral("--dataset") << dataset << QStringLiteral("--device") << device;
    if (!from.isEmpty())
        words << QStringLiteral("--from") << from;
    for (const auto& [key, setting] : changed)
        words << QStringLiteral("--set")
              << key + QLatin1Char('=') + QString::fromStdString(setting.dump());
    return words;
}

RunDraft draftOf(const PresetInfo& preset, const QString& variant)
{
    RunDraft draft;
    draft.preset = preset.name;
    draft.base = preset.job;
    if (const VariantInfo* chosen = preset.variant(variant)) {
        draft.variant = variant;
        for (const auto& [key, setting] : chosen->settings.items())
            setValueAt(draft.base, QString::fromStdString(key), setting);
    }
    return draft;
}

RunDraft draftFrom(const Json& job, const PresetCatalogue& catalogue)
{
    const PresetInfo* preset = catalogue.preset(textAt(job, "preset"));
    if (!preset && !catalogue.presets().empty())
        preset = &catalogue.presets().front();
    if (!preset)
        return {};
    RunDraft draft = draftOf(*preset, textAt(job, "variant"));
    draft.from = textAt(job, "from");
    if (const QString name = textAt(memberAt(job, "encoding"), "name"); !name.isEmpty())
        draft.set(encodingName(), Json(name.toStdString()));
    for (const SettingInfo& setting : catalogue.settings()) {
        const Json said = valueAt(job, setting.key);
        if (said.is_null() && isOfEncoding(setting.key) && draft.isChanged(encodingName()))
            continue;
        const Json& was = said.is_null() ? setting.standard : said;
        if (setting.key == QLatin1String("training.device"))
            draft.device =
                was.is_string() ? QString::fromStdString(was.get<std::string>()) : draft.device;
        else if (!was.is_null() &&
                 !(valueAt(draft.base, setting.key).is_null() && was == setting.standard))
            draft.set(setting.key, was);
    }
    if (const Json& sampler = memberAt(job, "sampler"); sampler.is_object()) {
        for (const auto& [name, value] : sampler.items())
            draft.set(QStringLiteral("sampler.") + QString::fromStdString(name), value);
    }
    return draft;
}

RunDraft withSmallerSteps(RunDraft draft)
{
    const QString rate = QStringLiteral("training.learningRate");
    const QString norm = QStringLiteral("training.clipNorm");
    const auto number = [&draft](const QString& key, double otherwise) {
        const Json value = draft.value(key);
        return value.is_number() ? value.get<double>() : otherwise;
    };
    draft.set(rate, Json(number(rate, 1e-3) / 2));
    const double clip = number(norm, 1);
    draft.set(norm, Json(clip > 0 ? std::min(clip, 1.0) : 1.0));
    return draft;
}

QString whyNotAllowed(const SettingInfo& setting, const Json& value)
{
    using Kind = SettingInfo::Kind;
    bool isRight = false;
    switch (setting.kind) {
    case Kind::Whole:
        isRight = value.is_number_integer();
        break;
    case Kind::Real:
        isRight = value.is_number();
        break;
    case Kind::Truth:
        isRight = value.is_boolean();
        break;
    case Kind::Choice:
        isRight = value.is_string() &&
                  setting.choices.contains(QString::fromStdString(value.get<std::string>()));
        break;
    case Kind::Word:
        isRight = value.is_string();
        break;
    }
    if (isRight && value.is_number()) {
        const double number = value.get<double>();
        isRight = std::isfinite(number) && number >= setting.lowest.value_or(number) &&
                  number <= setting.highest.value_or(number);
    }
    return isRight ? QString()
                   : PresetCatalogue::tr("%1: allowed is %2.")
                         .arg(settingLabel(setting.key), setting.allowed);
}

Json settingFromText(const SettingInfo& setting, const QString& text)
{
    const QString trimmed = text.trimmed();
    bool isNumber = false;
    switch (setting.kind) {
    case SettingInfo::Kind::Whole: {
        QString digits = trimmed;
        digits.remove(QLatin1Char(',')).remove(QChar(0x202f)).remove(QChar(0xa0));
        const qlonglong number = digits.toLongLong(&isNumber);
        return isNumber ? Json(static_cast<std::int64_t>(number)) : Json();
    }
    case SettingInfo::Kind::Real: {
        double number = trimmed.toDouble(&isNumber);
        if (!isNumber)
            number = QLocale().toDouble(trimmed, &isNumber);
        return isNumber ? Json(number) : Json();
    }
    case SettingInfo::Kind::Truth:
        return Json(trimmed == QLatin1String("true"));
    case SettingInfo::Kind::Choice:
    case SettingInfo::Kind::Word:
        break;
    }
    return Json(trimmed.toStdString());
}

QString settingToText(const Json& value)
{
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    if (value.is_number_float())
        return QString::number(value.get<double>(), 'g', 8);
    if (value.is_boolean())
        return value.get<bool>() ? PresetCatalogue::tr("yes") : PresetCatalogue::tr("no");
    return value.is_null() ? QString() : QString::fromStdString(value.dump());
}

} // namespace continuo::ui
