// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/status_strip.h"

#include "ui/base/panel.h"
#include "ui/base/studio_context.h"
#include "ui/compose/button_keys.h"
#include "ui/engine/engine_process.h"
#include "ui/play/player.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace continuo::ui {

namespace {

QString engineInWords(const EngineProcess& engine)
{
    switch (engine.state()) {
    case EngineProcess::State::Ready: return StatusStrip::tr("Engine ready");
    case EngineProcess::State::Starting: return StatusStrip::tr("Engine starting");
    case EngineProcess::State::Broken: return StatusStrip::tr("Engine not running");
    case EngineProcess::State::Off: break;
    }
    return StatusStrip::tr("Engine off");
}

/// A label that gives way before the window grows.
QLabel* stateLabel(QWidget* parent)
{
    QLabel* made = label(QString(), TextRole::Small, parent);
    made->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    made->setMinimumWidth(0);
    return made;
}

} // namespace

StatusStrip::StatusStrip(const StudioContext& context, QAction& sound, QWidget* parent)
    : QWidget(parent)
    , m_engine(stateLabel(this))
    , m_audio(new QToolButton(this))
    , m_saved(stateLabel(this))
    , m_hint(stateLabel(this))
{
    setSurface(*this, Surface::Status);
    setFixedHeight(26);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 0, 14, 0);
    row->setSpacing(18);
    m_audio->setProperty("state", true);
    m_audio->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Maximum);
    m_audio->setMinimumWidth(0);
    takeKeysOnlyFromKeyboard(*m_audio);
    for (QWidget* part : std::initializer_list<QWidget*>{m_engine, m_audio, m_saved, m_hint})
        row->addWidget(part);
    row->addStretch();
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->setStretchFactor(m_hint, 1);

    EngineProcess& engine = context.engine;
    const auto showEngine = [this, &engine] {
        m_engine->setText(engineInWords(engine));
        m_engine->setToolTip(engine.why());
    };
    connect(&engine, &EngineProcess::stateChanged, this, showEngine);
    showEngine();
    Player& player = context.player;
    const auto showAudio = [this, &player] {
        const QString words = player.deviceInWords();
        m_audio->setText(words.section(QStringLiteral(". "), 0, 0));
        m_audio->setToolTip(tr("%1\nClick to change it").arg(words));
        m_audio->setAccessibleName(tr("%1: sound settings").arg(m_audio->text()));
    };
    connect(m_audio, &QToolButton::clicked, &sound, &QAction::trigger);
    connect(&player, &Player::deviceChanged, this, showAudio);
    showAudio();
}

void StatusStrip::setHint(const QString& hint)
{
    m_hint->setText(hint);
}

void StatusStrip::setSaved(const QString& words)
{
    m_saved->setText(words);
}

} // namespace continuo::ui
