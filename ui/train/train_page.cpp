// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_page.h"

namespace continuo::ui {

TrainPage::TrainPage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
}

void TrainPage::trainOn(const QString&)
{
}

} // namespace continuo::ui
